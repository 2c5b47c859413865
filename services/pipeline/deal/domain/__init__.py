"""The rules of a deal: what may happen to it, what its history then is, what an importer may say of it."""
