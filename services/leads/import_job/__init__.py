"""Import jobs: files of records, looked at first, loaded in pieces, reported by row, undone as a whole."""
