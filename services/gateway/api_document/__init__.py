"""The one OpenAPI document of the front, and the page that shows it."""
