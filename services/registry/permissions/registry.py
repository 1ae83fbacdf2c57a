"""Permissions of the registry department (who may take part)."""

from typing import Final

_EVERYONE: Final = (
    "centre.officer=any centre.reviewer=any centre.host=any registry.admin=any finance.officer=any supervisor=any"
    " hall.observer=any purchaser.officer=any purchaser.representative=any purchaser.acceptor=any"
)

TABLE: Final = (
    ("organisation.read", "Read an organisation's file card",
     _EVERYONE + " supplier.agent=own agency.program=own"),
    ("organisation.enrol", "Enrol a purchaser, the centre, finance, a hall or a partner agency", "registry.admin=any"),
    ("organisation.change", "Change an organisation's name, responsible person or budget level",
     "registry.admin=any purchaser.officer=own"),
    ("organisation.close", "Close an organisation: its code becomes free, its people lose their sessions",
     "registry.admin=any"),
    ("person.read", "Read a person's card, roles and certificates",
     ("centre.officer=any centre.reviewer=any centre.host=any registry.admin=any finance.officer=any supervisor=any"
     " purchaser.officer=own supplier.agent=own purchaser.representative=own purchaser.acceptor=own"
     " hall.observer=own agency.program=own expert=own")),
    ("person.enrol", "Enrol a person of an organisation",
     "registry.admin=any purchaser.officer=own supplier.agent=own finance.officer=own"),
    ("person.change", "Change a person's address, telephone or language",
     ("registry.admin=any purchaser.officer=own supplier.agent=own finance.officer=own purchaser.representative=own"
     " purchaser.acceptor=own centre.officer=own centre.reviewer=own centre.host=own supervisor=own hall.observer=own"
     " agency.program=own expert=own")),
    ("role.appoint", "Appoint a person to a role, from and until (which role: rules/appointments.py)",
     "registry.admin=any finance.officer=any purchaser.officer=own supplier.agent=own"),
    ("role.end", "End an appointment",
     "registry.admin=any finance.officer=any purchaser.officer=own supplier.agent=own"),
    ("role.read", "Ask who holds a role, and whether two functions may meet in one person on a project",
     ("centre.officer=any centre.reviewer=any centre.host=any registry.admin=any finance.officer=any supervisor=any"
     " purchaser.officer=own")),
    ("certificate.enrol", "Bind a further certificate to a person",
     ("registry.admin=any finance.officer=any purchaser.officer=own supplier.agent=own expert=own centre.officer=own"
     " centre.reviewer=own centre.host=own supervisor=own hall.observer=own purchaser.representative=own"
     " purchaser.acceptor=own agency.program=own")),
    ("certificate.revoke", "Revoke a certificate; its sessions end everywhere",
     ("registry.admin=any finance.officer=any purchaser.officer=own supplier.agent=own expert=own centre.officer=own"
     " centre.reviewer=own centre.host=own supervisor=own hall.observer=own purchaser.representative=own"
     " purchaser.acceptor=own agency.program=own")),
    ("session.end", "End another's session", "registry.admin=any finance.officer=any"),
    ("supplier.draft", "Write the supplier's own file: fields, files, categories", "supplier.agent=own"),
    ("supplier.submit", "Submit the supplier's own file for review", "supplier.agent=own"),
    ("supplier.read", "Read a supplier's file with its versions and reviews",
     "centre.officer=any centre.reviewer=any finance.officer=any supervisor=any registry.admin=any supplier.agent=own"),
    ("supplier.review", "Take up a submitted file, return it with reasons or admit it (by two different people)",
     "centre.officer=any centre.reviewer=any"),
    ("supplier.suspend", "Suspend a supplier until a day, or lift it", "finance.officer=any"),
    ("supplier.bar", "Put a supplier on the exclusion list, or take it off", "finance.officer=any"),
    ("expert.enrol", "Enrol an expert in the library", "finance.officer=any"),
    ("expert.change", "Change an expert's own facts: employers, holdings, kin, availability",
     "finance.officer=any expert=own"),
    ("expert.admit", "Admit an expert, suspend one or let one back", "finance.officer=any"),
    ("expert.read", "Read an expert's file", "finance.officer=any supervisor=any expert=own"),
    ("expert_pool.read", "Ask for the eligible pool of a draw with the reason each other expert is out",
     "finance.officer=any supervisor=any"),
    ("rule_data.publish", "Publish thresholds, catalogue or categories in force from a day", "finance.officer=any"),
    ("supervisor.schedule", "Put supervisors on the roster, read it", "finance.officer=any supervisor=any"),
    ("rehearsal.move_clock", "Move the clock of a rehearsal forward, in every department", "registry.admin=any"),
)
