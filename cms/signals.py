"""What other apps may follow of what happens to images and documents."""

from django.dispatch import Signal

# An editor has changed an image, its file or its focal point; old renditions are gone. Gives ``image``.
image_changed = Signal()
