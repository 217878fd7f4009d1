"""A provider's hours.

- page: the week on one page, and whose there are
- week_page, week_form: editing the whole week
- exception_pages, exception_forms: time off and extra hours
- refusal: what is said about a change that was not written
- hours_text, hours_line: hours in words, on their page and in one line
- urls: all of it
"""
