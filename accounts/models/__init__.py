"""People and accountability: users, second factors, data subjects, the audit trail."""

from accounts.models.audit import AuditEvent, Seal
from accounts.models.mfa import MfaDevice
from accounts.models.session import OpenSession
from accounts.models.subject import DataSubject, Identity
from accounts.models.user import User

__all__ = ["AuditEvent", "DataSubject", "Identity", "MfaDevice", "OpenSession", "Seal", "User"]
