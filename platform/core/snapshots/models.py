from django.db import models


class Revision(models.Model):
    """Which state a set of configuration rows is in: a random number per change. Processes reload when it moves."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)
