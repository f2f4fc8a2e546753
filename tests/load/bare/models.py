from django.db import models


class Thing(models.Model):
    text = models.TextField()
    lat = models.FloatField()
    lon = models.FloatField()
    area = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"


class Work(models.Model):
    thing = models.OneToOneField(Thing, models.CASCADE)
    status = models.CharField(max_length=20, default="received")

    class Meta:
        app_label = "bare"


class Logged(models.Model):
    work = models.ForeignKey(Work, models.CASCADE)
    type = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"
