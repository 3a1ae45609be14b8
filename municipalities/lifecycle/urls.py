from django.urls import path

from municipalities.lifecycle.views import (
    CancelChangeView,
    ExportView,
    LeaveView,
    MergeView,
    MunicipalityListView,
    ProvisionView,
)

urlpatterns = [
    path("kommunen/", MunicipalityListView.as_view(), name="municipality_list"),
    path("kommunen/aufnehmen/", ProvisionView.as_view(), name="municipality_provision"),
    path("kommunen/<int:page_id>/austritt/", LeaveView.as_view(), name="municipality_leave"),
    path("kommunen/<int:page_id>/zusammenlegen/", MergeView.as_view(), name="municipality_merge"),
    path("kommunen/<int:page_id>/planung-aufheben/", CancelChangeView.as_view(), name="municipality_cancel_change"),
    path("kommunen/<int:page_id>/export/", ExportView.as_view(), name="municipality_export"),
]
