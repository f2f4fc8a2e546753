"""Tells Wagtail about the back-office screens and who may use them."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.areas.admin import AREA_POLICY, TENANT_POLICY, AreaViewSets
from core.areas.models import Area, Tenant

register_permission_policy(Area, AREA_POLICY)
register_permission_policy(Tenant, TENANT_POLICY)
hooks.register("register_admin_viewset", AreaViewSets)
