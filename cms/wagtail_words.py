"""Words of Wagtail that the portal's catalogue of translations says differently.

The catalogue comes before Wagtail's own. It keeps only what the code names, so these are named here.
"""

from django.utils.translation import gettext_noop

WORDS = (
    # A version that is not the newest is refused, and both are shown; nothing is ever overwritten.
    gettext_noop("Proceeding will overwrite the changes made by %(user_name)s."),
    gettext_noop("Proceeding will overwrite the changes you made in that window."),
    gettext_noop("Saving will overwrite a newer version."),
    # Shown above each of several images, those that were refused too.
    gettext_noop("Please provide an image description to comply with best practices for accessibility."),
    # Left in English by Wagtail's own catalogue.
    gettext_noop("Update"),
    gettext_noop("In Moderation"),
    # Nobody here moderates, and there are no snippets: pages are submitted and approved.
    gettext_noop("Your pages and snippets in a workflow"),
    gettext_noop("Awaiting your review"),
    gettext_noop("Awaiting"),
    gettext_noop("Page '%(page_title)s' created and submitted for moderation."),
    gettext_noop("Page '%(page_title)s' has been submitted for moderation."),
    gettext_noop("Page/Snippet"),
    gettext_noop("No pages/snippets have been submitted for moderation yet"),
    gettext_noop("Aging pages"),
)
