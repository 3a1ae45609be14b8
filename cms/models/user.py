from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An editor. Citizens have no accounts; the model is our own so that it can grow without a painful migration."""
