"""Who may import whom."""

from __future__ import annotations

from pathlib import Path

from tests.walls.code import DEPARTMENTS, Import, all_imports, department_of

_SHARED = ("services.chassis", "services.protocol")


def foreign_imports_of_departments(tree: Path) -> list[str]:
    """A department imports of ours only itself, the chassis and the open protocols."""
    found = []
    for each in all_imports(tree, *(f"services/{name}" for name in DEPARTMENTS)):
        own = f"services.{department_of(each.file)}"
        ours = each.is_of("services", "gateway", "deploy", "tests")
        if ours and each.module != "services" and not each.is_of(own, *_SHARED):
            found.append(str(each))
    return found


def foreign_imports_of_the_shared(tree: Path) -> list[str]:
    """The chassis knows no department, and the open protocols know nothing of ours but themselves."""
    found = [
        str(each)
        for each in all_imports(tree, "services/chassis")
        if each.is_of("services", "gateway", "deploy", "tests") and not each.is_of(*_SHARED)
    ]
    found += [
        str(each)
        for each in all_imports(tree, "services/protocol")
        if each.is_of("services", "gateway", "deploy", "tests") and not each.is_of("services.protocol")
    ]
    return found


def inside_imports_of_the_gateway(tree: Path) -> list[str]:
    """The gateway may import a department's published schemas, the chassis' wire format, and the open protocols."""
    published = [f"services.{name}.schemas" for name in DEPARTMENTS]
    allowed = (*published, "services.chassis", "services.protocol")
    return [
        str(each)
        for each in all_imports(tree, "gateway")
        if each.is_of("services", "deploy", "tests") and not each.is_of(*allowed)
    ]


def more_than_wire_in_schemas(tree: Path) -> list[str]:
    """Published schemas stand on marshmallow, the chassis' wire fields and words of the department's pure rules.

    So whoever is given the schemas needs neither the department's database nor its bus.
    """
    found = []
    for name in DEPARTMENTS:
        for each in all_imports(tree, f"services/{name}"):
            if not _is_schema(each):
                continue
            own = f"services.{name}"
            allowed = ("services.chassis.wire", "services.protocol", f"{own}.schemas", f"{own}.rules")
            if each.is_of("services", "sqlalchemy", "nameko", "kombu", "flask") and not each.is_of(*allowed):
                found.append(str(each))
    return found


def _is_schema(each: Import) -> bool:
    return each.file.parts[2] in ("schemas", "schemas.py")


# package → the places (folders or files, as patterns) where it may be imported, of `services` and `gateway`
PLACES = {
    "nameko": ("services/*/service.py", "services/chassis/**"),
    "kombu": ("services/chassis/**",),
    "amqp": ("services/chassis/**",),
    "eventlet": ("services/chassis/**",),
    "pika": ("gateway/bus/**",),
    "flask": ("gateway/**",),
    "werkzeug": ("gateway/**",),
    "flask_smorest": ("gateway/**",),
    "flask_babel": ("gateway/**",),
    "flask_limiter": ("gateway/**",),
    "sqlalchemy": ("services/**",),
    "alembic": ("services/chassis/**", "services/*/migrations/**"),
}


def packages_out_of_place(tree: Path) -> list[str]:
    """Each foreign package with a job of its own is imported only where that job is done."""
    found = []
    for each in all_imports(tree, "services", "gateway"):
        for package, places in PLACES.items():
            if each.is_of(package) and not any(_lies_in(each.file, place) for place in places):
                found.append(f"{each}, allowed only in {', '.join(places)}")
    return found


def _lies_in(file: Path, place: str) -> bool:
    if place.endswith("/**"):
        folder = Path(place[:-3])
        return any(parent.match(str(folder)) for parent in file.parents)
    return file.match(place) and len(file.parts) == len(Path(place).parts)
