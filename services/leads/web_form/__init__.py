"""Web forms: hosted pages and their JSON twin, by which visitors become leads; nothing they send is lost."""
