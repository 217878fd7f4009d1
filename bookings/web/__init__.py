"""The pages. Same URL, same view, same template with and without HTMX, which gets the partial alone."""
