"""A provider's hours.

- page: one provider's week, and the list of all providers
- week_page, week_form: editing the whole week
- exception_pages, exception_forms: time off and extra hours
- refusal: the messages about a change that was not written
- hours_text, hours_line: hours in words, on their page and in one line
- urls: the URLs of these pages
"""
