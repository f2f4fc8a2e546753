from django.db import models


class Revision(models.Model):
    """How often a set of configuration rows changed; processes reload their snapshot when it moves."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)
