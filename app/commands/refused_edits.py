"""Edits that people try and that nobody can make: each is refused with its rule, and offers the way that there is.

A rename and another format are an archive and a copy with the change; a deletion is an archive. What would come of it
is said before anybody is asked, and one yes (`--yes` in the shell) goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.commands import copying, replacing
from app.commands.attributes import AttributeName, archive_attribute
from app.commands.context import Context, selected_attribute
from app.commands.copying import Copy, copy_object
from app.commands.lookup import find_attribute, find_type, refuse
from app.commands.objects import CustomObjectName, archive_object
from app.commands.registry import Disabled, Result, arg, command
from app.commands.replacing import FORMATS, Replacement, replace_attribute
from app.domain.counting import counted
from app.domain.schema import ObjectType, attribute_of
from app.domain.schema_rules import check_archive
from app.workbench import Workbench

_NEVER_DELETED = "is never deleted, only archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttributeName:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    attribute: str = arg("The attribute.", positional=True, subject=True)
    name: str = arg("The copy's name; the old one stays taken.", positional=True)

    @property
    def replacement(self) -> Replacement:
        """The copy that is offered."""
        return Replacement(object=self.object, attribute=self.attribute, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFormat:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    attribute: str = arg("The attribute.", positional=True, subject=True)
    format: str = arg("The copy's format.", positional=True, choices=FORMATS)
    name: str = arg("The copy's name; made of the old one when left out.", default="")
    option: tuple[str, ...] = arg("For a list: one of its options; repeat for each.", default=())
    target: str = arg("For a reference: the object it points to.", default="", choices="types?")

    @property
    def replacement(self) -> Replacement:
        """The copy that is offered."""
        return Replacement(
            object=self.object,
            attribute=self.attribute,
            name=self.name,
            format=self.format,
            option=self.option,
            target=self.target,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObjectName:
    object: str = arg("The custom object.", positional=True, choices="objects", subject=True)
    name: str = arg("The copy's name; the old one stays taken.", positional=True)

    @property
    def copy(self) -> Copy:
        """The copy that is offered."""
        return Copy(object=self.object, name=self.name)


def _changeable(context: Context) -> Mapping[str, object] | Disabled:
    selected = selected_attribute(context)
    kind = context.workspace.type_named(context.object)
    found = attribute_of(kind, context.attribute) if kind else None
    if kind is not None and found is not None and found.is_built_in:
        return Disabled(
            f"{kind.name}.{found.name} is there from birth: it is neither renamed nor replaced nor deleted."
        )
    return selected


def _custom_object(context: Context) -> Mapping[str, object] | Disabled:
    kind = context.workspace.type_named(context.object)
    if not isinstance(kind, ObjectType):
        return Disabled("Select a custom object first; standard objects are Intercom's own.")
    return {"object": kind.name}


async def _offer_rename(workbench: Workbench, args: NewAttributeName) -> str:
    return await replacing.question(workbench, args.replacement)


@command(
    "attribute.rename",
    NewAttributeName,
    title="Rename attribute",
    keys="R",
    panes="schema",
    gather=_changeable,
    asks=True,
    confirms=_offer_rename,
)
async def rename_attribute(workbench: Workbench, args: NewAttributeName) -> Result:
    """Refused, for a name never changes; offers to archive the attribute and start a copy under another name."""
    return await replace_attribute(workbench, args.replacement)


async def _offer_format(workbench: Workbench, args: NewFormat) -> str:
    return await replacing.question(workbench, args.replacement)


@command(
    "attribute.retype",
    NewFormat,
    title="Change attribute's format",
    keys="t",
    panes="schema",
    gather=_changeable,
    asks=True,
    confirms=_offer_format,
)
async def retype_attribute(workbench: Workbench, args: NewFormat) -> Result:
    """Refused, for a format never changes; offers to archive the attribute and start a copy in another format."""
    return await replace_attribute(workbench, args.replacement)


def _offer_archive(workbench: Workbench, args: AttributeName) -> str:
    kind = find_type(workbench.workspace, args.object)
    found = find_attribute(kind, args.attribute)
    rule = f"An attribute {_NEVER_DELETED}"
    refuse(f"{rule}. {problem}" for problem in check_archive(workbench.workspace, kind, found.name))
    kept = "hidden, its name taken, its values kept; restore brings it back"
    return f"{rule}: {kept}.\nArchive {kind.name}.{found.name}?"


@command(
    "attribute.delete",
    AttributeName,
    title="Delete attribute",
    keys="delete",
    panes="schema",
    gather=_changeable,
    confirms=_offer_archive,
)
async def delete_attribute(workbench: Workbench, args: AttributeName) -> Result:
    """Refused, for an attribute is never deleted; offers to archive it."""
    return await archive_attribute(workbench, args)


async def _offer_copy(workbench: Workbench, args: NewObjectName) -> str:
    return await copying.question(workbench, args.copy)


@command(
    "object.rename",
    NewObjectName,
    title="Rename object",
    keys="R",
    panes="navigator",
    gather=_custom_object,
    asks=True,
    confirms=_offer_copy,
)
async def rename_object(workbench: Workbench, args: NewObjectName) -> Result:
    """Refused, for a name never changes; offers to archive the object and start a copy under another name."""
    return await copy_object(workbench, args.copy)


def _offer_object_archive(workbench: Workbench, args: CustomObjectName) -> str:
    kind = find_type(workbench.workspace, args.object)
    rule = f"An object {_NEVER_DELETED}"
    refuse(f"{rule}. {problem}" for problem in check_archive(workbench.workspace, kind))
    records = counted(workbench.records.count(kind.name), "record")
    return f"{rule}: hidden, its name taken, its {records} kept; restore brings it back.\nArchive {kind.name}?"


@command(
    "object.delete", CustomObjectName, title="Delete object", gather=_custom_object, confirms=_offer_object_archive
)
async def delete_object(workbench: Workbench, args: CustomObjectName) -> Result:
    """Refused, for an object is never deleted; offers to archive it."""
    return await archive_object(workbench, args)
