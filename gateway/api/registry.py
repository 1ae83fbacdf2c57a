"""Who may take part: organisations, people, certificates, sessions, suppliers, experts."""

from __future__ import annotations

from gateway.api.answers import (
    Claimed,
    Exclusions,
    Experts,
    Organisations,
    People,
    Permissions,
    PersonNamed,
    RestrictionTold,
    RoleConflicts,
    Supervisors,
    TrustAnchors,
    Versions,
)
from gateway.api.routes import Route
from services.registry.schemas import certificates, experts, identity, rule_data, suppliers

DESCRIPTION = "名录与身份 Registry"

ROUTES = (
    Route(
        "GET", "/permissions", "registry.permission_table", identity.Nothing, Permissions,
        summary="The whole table: role × permission × whose, and the roles with the kinds of organisation they "
        "belong to.",
        public=True,
    ),
    Route(
        "GET", "/trust-anchors", "registry.trust_anchors", identity.Nothing, TrustAnchors,
        summary="What this registry trusts, and the rehearsal authority's revocation list.", public=True,
    ),
    Route(
        "POST", "/sessions/challenges", "registry.session_challenge", identity.Nothing, certificates.SessionChallenge,
        summary="A challenge good once, for two minutes.", public=True, asks=True,
    ),
    Route(
        "POST", "/sessions", "registry.open_session", certificates.OpenSession, certificates.Session,
        summary="Open a session by a signature over a challenge; tokens are fetched with its secret.",
        status=201, public=True,
    ),
    Route(
        "POST", "/sessions/{session_id}/tokens", "registry.session_token", certificates.AskToken, certificates.Token,
        summary="A token good for ten minutes, as long as the session and its certificate are good.",
        public=True, asks=True,
    ),
    Route(
        "POST", "/sessions/{session_id}/closure", "registry.close_session",
        certificates.CloseSession, certificates.Session,
        summary="Sign out: the session's tokens are refused everywhere.", public=True,
    ),
    Route(
        "POST", "/people/{person_id}/sessions/closure", "registry.end_sessions", certificates.EndSessions, PersonNamed,
        summary="End all sessions of a person.",
    ),
    Route(
        "POST", "/certificates/challenges", "registry.possession_challenge",
        certificates.AskPossession, certificates.PossessionChallenge,
        summary="A challenge by which the holder of a certificate's key shows it, before enrolment.",
        public=True, asks=True,
    ),
    Route(
        "POST", "/certificates", "registry.enrol_certificate", certificates.EnrolCertificate, certificates.Certificate,
        summary="Bind a certificate to a person, its possession proved and its chain checked.", status=201,
    ),
    Route(
        "GET", "/certificates/{fingerprint}", "registry.certificate",
        certificates.ReadCertificate, certificates.Certificate,
        summary="One enrolled certificate with its PEM.",
    ),
    Route(
        "POST", "/certificates/{fingerprint}/revocation", "registry.revoke_certificate",
        certificates.RevokeCertificate, certificates.Certificate,
        summary="Revoke a certificate; its sessions end everywhere.",
    ),
    Route(
        "POST", "/rehearsal-certificates", "registry.rehearsal_certificate",
        certificates.AskRehearsalCertificate, certificates.IssuedCertificate,
        summary="A certificate of the rehearsal authority, for any name: refused where there is none (production).",
        status=201, public=True,
    ),
    Route(
        "POST", "/administration", "registry.claim_administration", identity.ClaimAdministration, Claimed,
        summary="Take the first administration of an empty registry, with a certificate the settings name.",
        status=201, public=True,
    ),
    Route(
        "POST", "/organisations", "registry.enrol_organisation", identity.EnrolOrganisation, identity.Organisation,
        summary="Enrol an organisation that does not register itself.", status=201,
    ),
    Route(
        "GET", "/organisations", "registry.organisations", identity.ListOrganisations, Organisations,
        summary="Organisations by kind and part of the name; who may read only the own sees only that.",
    ),
    Route(
        "GET", "/organisations/{organisation_id}", "registry.organisation",
        identity.ReadOrganisation, identity.Organisation,
        summary="One organisation, by id or live credit code.",
    ),
    Route(
        "GET", "/organisations/by-credit-code/{credit_code}", "registry.organisation",
        identity.ReadOrganisation, identity.Organisation,
        summary="One organisation, by id or live credit code.",
    ),
    Route(
        "PATCH", "/organisations/{organisation_id}", "registry.change_organisation",
        identity.ChangeOrganisation, identity.Organisation,
        summary="Change an organisation's facts; a supplier's change through its reviewed file.",
    ),
    Route(
        "POST", "/organisations/{organisation_id}/closure", "registry.close_organisation",
        identity.CloseOrganisation, identity.Organisation,
        summary="An organisation ceases: its code is free, its people lose their sessions.",
    ),
    Route(
        "POST", "/people", "registry.enrol_person", identity.EnrolPerson, identity.Person,
        summary="Enrol a person of an organisation, without any role yet.", status=201,
    ),
    Route(
        "GET", "/people", "registry.people", identity.ListPeople, People,
        summary="People of an organisation, or who hold a role now.",
    ),
    Route(
        "GET", "/people/{person_id}", "registry.person", identity.ReadPerson, identity.Person,
        summary="One person with roles and certificates.",
    ),
    Route(
        "PATCH", "/people/{person_id}", "registry.change_person", identity.ChangePerson, identity.Person,
        summary="Change a person's address, name or language, or record that they left.",
    ),
    Route(
        "POST", "/people/{person_id}/appointments", "registry.appoint", identity.Appoint, identity.Appointment,
        summary="Appoint a person to a role, from and until.", status=201,
    ),
    Route(
        "POST", "/appointments/{appointment_id}/end", "registry.end_role", identity.EndRole, identity.Appointment,
        summary="End an appointment now; the person's sessions end with it.",
    ),
    Route(
        "POST", "/role-conflicts/search", "registry.role_conflicts", identity.AskRoleConflicts, RoleConflicts,
        summary="Which assignments of one project may not meet in one person.", asks=True,
    ),
    Route(
        "GET", "/supervisors", "registry.supervisors", identity.AskSupervisors, Supervisors,
        summary="The supervisors now in office, and the turns of the roster.",
    ),
    Route(
        "POST", "/people/{person_id}/duties", "registry.schedule_supervisor",
        identity.ScheduleSupervisor, identity.Duty,
        summary="Put a supervisor on the roster.", status=201,
    ),
    Route(
        "POST", "/suppliers", "registry.register_supplier", suppliers.RegisterSupplier, suppliers.SupplierRegistered,
        summary="A supplier registers itself, with its first agent and their signing certificate.",
        status=201, public=True,
    ),
    Route(
        "GET", "/suppliers/own", "registry.supplier", suppliers.ReadSupplier, suppliers.Supplier,
        summary="A supplier's whole file; without an id, the caller's own.", leaves_out=("organisation_id",),
    ),
    Route(
        "GET", "/suppliers/own/versions", "registry.supplier_history", suppliers.ReadSupplier, Versions,
        summary="Every version of a supplier's file with what the review made of it, oldest first.",
        leaves_out=("organisation_id",),
    ),
    Route(
        "GET", "/suppliers/waiting", "registry.suppliers_waiting", suppliers.ListWaiting, Versions,
        summary="Submitted versions that wait for examination or decision, longest waiting first.",
    ),
    Route(
        "GET", "/suppliers/{organisation_id}", "registry.supplier", suppliers.ReadSupplier, suppliers.Supplier,
        summary="A supplier's whole file; without an id, the caller's own.",
    ),
    Route(
        "GET", "/suppliers/{organisation_id}/versions", "registry.supplier_history", suppliers.ReadSupplier, Versions,
        summary="Every version of a supplier's file with what the review made of it, oldest first.",
    ),
    Route(
        "PATCH", "/suppliers/own/draft", "registry.draft_supplier", suppliers.DraftSupplier, suppliers.Version,
        summary="Set fields of the own file's draft; it may be incomplete.",
    ),
    Route(
        "POST", "/suppliers/own/submission", "registry.submit_supplier", suppliers.SubmitSupplier, suppliers.Version,
        summary="Submit the own file for review, or be told everything that is missing.",
    ),
    Route(
        "POST", "/suppliers/{organisation_id}/examinations", "registry.examine_supplier",
        suppliers.ExamineSupplier, suppliers.Version,
        summary="An officer examines a submitted version, before another decides.",
    ),
    Route(
        "POST", "/suppliers/{organisation_id}/decisions", "registry.decide_supplier",
        suppliers.DecideSupplier, suppliers.Version,
        summary="Admit a version, or return it with reasons beside its fields.",
    ),
    Route(
        "POST", "/suppliers/{organisation_id}/suspensions", "registry.suspend_supplier",
        suppliers.SuspendSupplier, RestrictionTold,
        summary="Finance suspends a supplier.", status=201,
    ),
    Route(
        "POST", "/suppliers/{organisation_id}/exclusions", "registry.bar_supplier",
        suppliers.BarSupplier, RestrictionTold,
        summary="Finance puts a supplier on the exclusion list.", status=201,
    ),
    Route(
        "POST", "/suspensions/{restriction_id}/lifting", "registry.lift_suspension",
        suppliers.LiftRestriction, RestrictionTold,
        summary="Lift a suspension now.",
    ),
    Route(
        "POST", "/exclusions/{restriction_id}/lifting", "registry.lift_bar", suppliers.LiftRestriction, RestrictionTold,
        summary="Take a supplier off the exclusion list.",
    ),
    Route(
        "GET", "/exclusions", "registry.exclusion_list", suppliers.ListExclusions, Exclusions,
        summary="The public exclusion list: who is barred, until when, on which ground and decision.", public=True,
    ),
    Route(
        "POST", "/experts", "registry.enrol_expert", experts.EnrolExpert, experts.Expert,
        summary="Open an expert's file; admission is a step of its own.", status=201,
    ),
    Route(
        "GET", "/experts", "registry.experts", experts.ListExperts, Experts,
        summary="The library by specialty and region.",
    ),
    Route(
        "GET", "/experts/{person_id}", "registry.expert", experts.ExpertNamed, experts.Expert,
        summary="An expert's file as it counts now, with the record of performance.",
    ),
    Route(
        "PATCH", "/experts/{person_id}", "registry.change_expert", experts.ChangeExpert, experts.Expert,
        summary="Declare new facts; specialties and region are finance's.",
    ),
    Route(
        "POST", "/experts/{person_id}/admission", "registry.admit_expert", experts.ExpertNamed, experts.Expert,
        summary="Admit an expert to the library.",
    ),
    Route(
        "POST", "/experts/{person_id}/suspensions", "registry.suspend_expert", experts.SuspendExpert, experts.Expert,
        summary="Finance suspends an expert.",
    ),
    Route(
        "POST", "/experts/{person_id}/suspensions/lifting", "registry.lift_expert_suspension",
        experts.ReleaseExpert, experts.Expert,
        summary="Lift an expert's suspensions.",
    ),
    Route(
        "POST", "/experts/{person_id}/release", "registry.release_expert", experts.ReleaseExpert, experts.Expert,
        summary="Take an expert out of the library.",
    ),
    Route(
        "POST", "/expert-pool/search", "registry.expert_pool", experts.AskExpertPool, experts.ExpertPool,
        summary="Who may be drawn for these lots, sorted, and each other expert of the library with every reason.",
        asks=True,
    ),
    Route(
        "GET", "/rule-data/{kind}", "registry.rule_data", rule_data.ReadRuleData, rule_data.RuleData,
        summary="The rows of one kind in force on a day.", public=True,
    ),
    Route(
        "POST", "/rule-data/{kind}", "registry.publish_rule_data", rule_data.PublishRuleData, rule_data.RuleData,
        summary="Publish rows of one kind in force from a day.", status=201,
    ),
)
