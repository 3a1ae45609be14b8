"""The rules for Wagtail's own views. An app with further views registers theirs beside its own."""

from wagtail.models import Page

from cms.models import PortalDocument, PortalImage, User
from municipalities.gate import (
    all_of,
    bulk_action,
    everyone,
    in_query,
    named_object,
    on,
    portal_admins,
    register_object_check,
    register_rule,
    when,
)

_WORKFLOW_VIEWS = (
    *("index", "index_results", "add", "enable", "disable", "edit", "usage", "usage_results", "remove"),
    *("add_task", "select_task_type", "task_index", "task_index_results", "edit_task", "disable_task", "enable_task"),
    *("task_chooser", "task_chooser_results", "task_chooser_create", "task_chosen"),
)
_MODEL_VIEWS = (*("index", "index_results", "add", "edit", "delete", "history", "history_results", "usage", "copy"),)


def register_rules() -> None:
    _object_checks()
    _general()
    _pages()
    _media()
    _people()
    _central()


def _object_checks() -> None:
    register_object_check(Page, "may_work_on")
    register_object_check(PortalImage, "may_change_media")
    register_object_check(PortalDocument, "may_change_media")


def _general() -> None:
    register_rule(
        everyone,
        "wagtailadmin_home",
        "wagtailadmin_account",
        "wagtailadmin_logout",
        "wagtailadmin_login",
        "wagtailadmin_dismissibles",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtail_modeladmin:javascript_catalog",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_done",
        "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_complete",
        "wagtailadmin_block_preview",
        "wagtailembeds:chooser",
        "wagtailembeds:chooser_upload",
    )
    # A session can only be ended by the person it belongs to; Wagtail looks for both.
    register_rule(everyone, "wagtailadmin_editing_sessions:release")
    register_rule(named_object, "wagtailadmin_editing_sessions:ping")
    register_rule(bulk_action, "wagtail_bulk_action")


def _pages() -> None:
    explore = on(Page, "parent_page_id", "may_explore")
    own = on(Page, "page_id", "may_work_on")
    own_pk = on(Page, "pk", "may_work_on")
    parent = on(Page, "parent_page_id", "may_work_on")
    movable = on(Page, "page_to_move_id", "may_work_on")
    destination = on(Page, "destination_id", "may_work_on")

    # These lists show what Wagtail's page policy lets the person explore.
    register_rule(
        everyone,
        "wagtailadmin_explore_root",
        "wagtailadmin_pages:search",
        "wagtailadmin_pages:search_results",
        "wagtailadmin_pages:choose_parent",
        "wagtailadmin_api:pages:listing",
    )
    register_rule(explore, "wagtailadmin_explore", "wagtailadmin_explore_results")
    register_rule(
        parent,
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:add_subpage",
    )
    register_rule(
        own,
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:unpublish",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:usage",
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:convert_alias",
        "wagtailadmin_pages:workflow_action",
        "wagtailadmin_pages:collect_workflow_action_data",
        "wagtailadmin_pages:confirm_workflow_cancellation",
        "wagtailadmin_pages:workflow_preview",
        "wagtailadmin_pages:lock",
        "wagtailadmin_pages:unlock",
        "wagtailadmin_pages:revisions_index",
        "wagtailadmin_pages:revisions_view",
        "wagtailadmin_pages:revisions_revert",
        "wagtailadmin_pages:revisions_unschedule",
        "wagtailadmin_pages:workflow_history",
        "wagtailadmin_pages:workflow_history_detail",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:history_results",
    )
    register_rule(own_pk, "wagtailadmin_pages:revisions_compare", "wagtailadmin_api:pages:detail")
    register_rule(
        movable,
        "wagtailadmin_pages:move",
        "wagtailadmin_pages:set_page_position",
    )
    register_rule(all_of(movable, destination), "wagtailadmin_pages:move_confirm")

    # Links may lead to what others have published.
    seen = on(Page, "parent_page_id", "may_see")
    register_rule(
        everyone,
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
    )
    register_rule(seen, "wagtailadmin_choose_page_child")
    register_rule(
        in_query(Page, "id", "may_see"),
        "wagtailadmin_choose_page_chosen_multiple",
    )
    register_rule(
        everyone,
        "wagtailadmin_reports:locked_pages",
        "wagtailadmin_reports:locked_pages_results",
        "wagtailadmin_reports:workflow",
        "wagtailadmin_reports:workflow_results",
        "wagtailadmin_reports:workflow_tasks",
        "wagtailadmin_reports:workflow_tasks_results",
        "wagtailadmin_reports:site_history",
        "wagtailadmin_reports:site_history_results",
        "wagtailadmin_reports:aging_pages",
        "wagtailadmin_reports:aging_pages_results",
    )


def _media() -> None:
    # Both lists and choosers show the collections that the person may use.
    register_rule(
        everyone,
        *(
            f"{app}:{name}"
            for app in ("wagtailimages", "wagtaildocs")
            for name in ("index", "index_results", "add", "add_multiple")
        ),
        *(
            f"{app}_chooser:{name}"
            for app in ("wagtailimages", "wagtaildocs")
            for name in ("choose", "choose_results", "create")
        ),
    )
    image = on(PortalImage, "image_id", "may_change_media")
    document = on(PortalDocument, "document_id", "may_change_media")
    register_rule(
        image,
        *(
            f"wagtailimages:{name}"
            for name in ("edit", "delete", "url_generator", "url_generator_output", "image_usage")
        ),
        "wagtailimages:edit_multiple",
        "wagtailimages:delete_multiple",
    )
    register_rule(document, *(f"wagtaildocs:{name}" for name in ("edit", "delete", "document_usage")))
    register_rule(
        on(PortalDocument, "doc_id", "may_change_media"),
        "wagtaildocs:edit_multiple",
        "wagtaildocs:delete_multiple",
    )
    # Files between upload and form belong to whoever uploaded them.
    uploaded = on(
        "wagtailcore.UploadedFile", "uploaded_file_id", lambda user, file: file.uploaded_by_user_id == user.pk
    )
    register_rule(
        uploaded,
        "wagtailimages:create_multiple_from_uploaded_image",
        "wagtailimages:delete_upload_multiple",
        "wagtaildocs:create_multiple_from_uploaded_document",
        "wagtaildocs:delete_upload_multiple",
    )
    register_rule(
        on(PortalImage, "image_id", "may_use_media"),
        "wagtailimages:preview",
        "wagtailimages_chooser:select_format",
    )
    for model, app in ((PortalImage, "images"), (PortalDocument, "docs")):
        chosen = on(model, "pk", "may_use_media")
        register_rule(chosen, f"wagtail{app}_chooser:chosen")
        several = in_query(model, "id", "may_use_media")
        register_rule(several, f"wagtail{app}_chooser:chosen_multiple")


def _people() -> None:
    register_rule(
        when("may_manage_people"),
        "wagtailusers_users:index",
        "wagtailusers_users:index_results",
        "wagtailusers_users:add",
    )
    register_rule(
        on(User, "pk", "may_give_roles"),
        "wagtailusers_users:edit",
        "wagtailusers_users:history",
        "wagtailusers_users:history_results",
    )


def _central() -> None:
    """Named here so that it is a decision and no oversight."""
    register_rule(
        portal_admins,
        "wagtailadmin_pages:type_use",
        "wagtailadmin_pages:type_use_results",
        "wagtailadmin_pages:set_privacy",
        "wagtailadmin_reports:page_types_usage",
        "wagtailadmin_reports:page_types_usage_results",
        "wagtailadmin_api:pages:find",
        "wagtailadmin_api:pages:action",
        "wagtailadmin_error_test",
        "wagtailadmin_tag_autocomplete",
        "wagtailadmin_tag_model_autocomplete",
        "wagtailsnippets:index",
        *(f"municipality_{name}" for name in ("list", "provision", "leave", "merge", "cancel_change", "export")),
        *(f"wagtailadmin_collections:{name}" for name in ("index", "add", "edit", "delete", "set_privacy")),
        *(
            f"wagtailadmin_api:{kind}:{name}"
            for kind in ("images", "documents")
            for name in ("listing", "detail", "find")
        ),
        *(f"wagtailadmin_workflows:{name}" for name in _WORKFLOW_VIEWS),
        *(
            f"wagtailredirects:{name}"
            for name in ("index", "index_results", "add", "edit", "delete", "start_import", "process_import")
        ),
        "wagtailusers_users:delete",
        "wagtailusers_users:usage",
        "wagtailsettings:edit",
        "wagtailsettings:preview_on_edit",
        *(f"{app}:{name}" for app in ("wagtailsites", "wagtailusers_groups") for name in _MODEL_VIEWS),
    )
