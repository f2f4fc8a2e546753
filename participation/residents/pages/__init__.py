"""`/mijn/`: signing in without a password, and the resident's own account. Works without a script."""

from participation.residents.pages import account, data, signing_in

urlpatterns = [*signing_in.urlpatterns, *account.urlpatterns, *data.urlpatterns]
