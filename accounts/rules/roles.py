"""What each staff role may do. The only place: groups are made from this table after every migration."""

from accounts.enums import Role


def _codes(app: str, words: str) -> frozenset[str]:
    return frozenset(f"{app}.{word}" for word in words.split())


_PEOPLE = _codes("accounts", "view_datasubject find_person view_identity")
_TRAIL = _codes("accounts", "view_auditevent view_seal")
_READ_CASES = _codes(
    "dsar",
    "view_case view_caseevent view_note view_clockevaluation view_plan view_approval view_run view_step"
    " view_manualtask view_clockevent view_holidaycalendar view_holiday view_decision view_keptitem"
    " view_caselink view_representative view_recipientnotice view_inquiry view_childreport"
    " view_clarification",
) | _codes("correspondence", "view_letter view_lettertemplate view_thread view_message view_mailbox")
_READ_RETENTION = _codes("retention", "view_sweep view_hold")
_PARTNERS = _codes("platforms", "view_processor view_subprocessor view_transfer")
_REGISTER = (
    _READ_CASES
    | _PEOPLE
    | _codes("accounts", "add_datasubject add_identity")
    | _codes("dsar", "add_case add_note register_representative relate_case")
    | _codes("correspondence", "change_message fetch_mailbox")
)
_PACKAGES = _codes("dsar", "view_package view_redaction view_download")
_HANDLE = (
    _REGISTER
    | _PACKAGES
    | _codes(
        "dsar",
        "change_case verify_case plan_case assign_case review_package change_redaction close_case"
        " change_step attest_manualtask change_manualtask change_note propose_decision decide_representative"
        " tell_recipient judge_childreport release_kept",
    )
    | _codes("correspondence", "add_letter change_letter change_thread")
    | _codes("accounts", "change_datasubject")
    | _codes("platforms", "view_system view_dataset view_registryentry view_connection")
    | _codes("platforms", "change_connection view_disconnection disconnect_connection")
    | _READ_RETENTION
    | _codes("retention", "place_hold ask_release_hold")
    | _PARTNERS
)
_BACKUPS = _codes("retention", "view_backupset add_backupset")
_READ_PLATFORMS = _codes("platforms", "view_finding view_storedage view_gatedecision view_legalreview")
_ADVICE = _codes("correspondence", "view_privilegednote add_privilegednote")
_READ_REGISTERS = _codes("dsar", "view_registers view_registerexport")
_REGISTERS = _READ_REGISTERS | _codes("dsar", "export_registers")
_READ_RECORD = _codes("retention", "view_inventoryversion")
_RECORD = _READ_RECORD | _codes("retention", "export_inventory")
_READ_INCIDENTS = _codes("dsar", "view_incident")
_INCIDENTS = _READ_INCIDENTS | _codes(
    "dsar", "add_incident change_incident assess_incident decide_incident close_incident"
)
_OFFICER = (
    _HANDLE
    | _REGISTERS
    | _RECORD
    | _INCIDENTS
    | _TRAIL
    | _ADVICE
    | _codes(
        "dsar",
        "approve_case release_package export_evidence extend_case load_calendar approve_decision"
        " approve_officer_decision conclude_inquiry view_clockoverride propose_clockoverride"
        " approve_clockoverride",
    )
    | _codes("correspondence", "approve_letter add_lettertemplate publish_lettertemplate")
    | _codes("accounts", "export_audit view_user")
    | _codes("retention", "plan_sweep approve_sweep stop_sweep release_hold")
    | _READ_PLATFORMS
    | _BACKUPS
    | _codes(
        "platforms",
        "add_dataset change_dataset test_system review_terms override_registry end_override accept_promise"
        " release_hold accept_finding sweep_finding add_legalreview add_processor change_processor"
        " change_subprocessor add_transfer change_transfer view_callbackreceipt work_callback"
        " read_callback_body",
    )
)
_SYSTEMS = _codes(
    "platforms",
    "view_system add_system change_system test_system use_key view_dataset add_dataset change_dataset"
    " view_registryentry view_finding view_storedage sweep_finding view_callbackreceipt work_callback",
) | _codes("retention", "view_sweep plan_sweep stop_sweep")

# Source: the roles of the DPO's work. Who proposes never approves: that is a database rule of the approvals,
# not a matter of roles. The technical administrator sees no case, the auditor no package, and nobody but
# the holder of a key permission sees or sets a system's secret.
ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.CLERK: _REGISTER,
    Role.HANDLER: _HANDLE,
    Role.SYSTEM_OWNER: _codes("dsar", "view_manualtask attest_manualtask")
    | _codes("platforms", "view_system view_dataset"),
    Role.LEGAL_REVIEWER: _READ_CASES
    | _PARTNERS
    | _PEOPLE
    | _ADVICE
    | _READ_RETENTION
    | _READ_REGISTERS
    | _READ_RECORD
    | _READ_PLATFORMS
    | _codes("dsar", "add_note propose_decision approve_decision")
    | _codes("correspondence", "add_letter")
    | _codes("platforms", "view_registryentry review_terms add_legalreview"),
    Role.DPO: _OFFICER,
    Role.DEPUTY_DPO: _OFFICER,
    Role.SECURITY_OFFICER: _TRAIL
    | _READ_RECORD
    | _INCIDENTS
    | _codes("accounts", "export_audit view_user change_user manage_roles reset_factors")
    | _PARTNERS
    | _codes("platforms", "view_system view_registryentry view_callbackreceipt"),
    Role.POLICY_EDITOR: _codes("correspondence", "view_lettertemplate add_lettertemplate"),
    Role.AUDITOR: _READ_CASES
    | _TRAIL
    | _REGISTERS
    | _RECORD
    | _READ_INCIDENTS
    | _codes("accounts", "export_audit view_user")
    | _READ_PLATFORMS
    | _READ_RETENTION
    | _PARTNERS
    | _codes("dsar", "export_evidence")
    | _codes("retention", "view_backupset")
    | _codes("platforms", "view_system view_dataset view_registryentry view_connection")
    | _codes("platforms", "view_callbackreceipt view_disconnection"),
    Role.TECHNICAL_ADMIN: _SYSTEMS
    | _READ_RECORD
    | _PARTNERS
    | _BACKUPS
    | _codes("correspondence", "view_mailbox fetch_mailbox")
    | _codes("accounts", "view_user add_user change_user manage_roles reset_factors view_seal"),
    Role.INTEGRATION: frozenset(),
}
