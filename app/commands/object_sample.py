"""A new object from a file's columns: proposed, shown, edited, then made in one commit, with its records if wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.commands import progress
from app.commands.cancelling import cancellable
from app.commands.lookup import refuse
from app.commands.preparing import FileChoice, Prepared, changes_of, judged, prepared_lines
from app.commands.registry import Result
from app.domain.changes import OBJECTS, Change, Changes
from app.domain.identifiers import ObjectId
from app.domain.problems import Problem
from app.domain.schema import EXTERNAL_ID, ObjectType, attribute_of
from app.domain.schema_rules import check_new_attribute, check_new_object
from app.engine.cancel import IsCancelled
from app.engine.tabular.matching import column_name, paths_of
from app.engine.tabular.proposing import Proposed, proposed
from app.errors import InvalidInput
from app.store import collector
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is asked for."""

    name: str
    description: str
    choice: FileChoice
    lines: tuple[str, ...]
    """Proposals that a person has changed."""
    has_rows: bool
    """Whether the file's records are imported too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledObject:
    """The object that would be made, and what of its records."""

    number: int
    kind: ObjectType
    columns: tuple[Proposed, ...]
    prepared: Prepared
    problems: tuple[str, ...]


async def sampled_object(workbench: Workbench, sample: Sample) -> SampledObject:
    """Read the file and work out the object; InvalidInput for a file that cannot be read."""
    number = workbench.ids()
    blank = ObjectType(
        id=ObjectId(new_id(OBJECTS, number)),
        name=sample.name,
        description=sample.description or f"From {sample.choice.name}",
        created_at=workbench.now(),
    )
    return await cancellable(_sampled, workbench, sample, number, blank)


def _sampled(
    workbench: Workbench, sample: Sample, number: int, blank: ObjectType, is_cancelled: IsCancelled
) -> SampledObject:
    workspace = workbench.workspace
    with collector.paused():
        sheet = sample.choice.read(blank.name, tuple(each.name for each in blank.attributes), is_cancelled)
        columns = proposed(sheet, blank, [line for line in sample.lines if line.strip()], is_cancelled)
        kind, problems = blank, [*check_new_object(workspace, sample.name)]
        for each in columns:
            if attribute_of(blank, each.attribute.name) is None:
                problems += [
                    Problem(each.attribute.name, problem.message)
                    for problem in check_new_attribute(workspace, kind, each.attribute)
                ]
                kind = replace(kind, attributes=(*kind.attributes, each.attribute))
        rows = tuple(each.row for each in columns)
        prepared = judged(workbench, workspace, kind, sheet, rows, is_cancelled)
    if sample.has_rows:
        problems += prepared.preview.problems
    return SampledObject(
        number=number, kind=kind, columns=columns, prepared=prepared, problems=tuple(map(str, problems))
    )


def sample_lines(found: SampledObject, *, has_rows: bool) -> tuple[str, ...]:
    """What would be made, each attribute as a line that may be changed."""
    return (*found.problems, *_lines(found, has_rows=has_rows))


def _lines(found: SampledObject, *, has_rows: bool) -> Iterator[str]:
    yield from (each.line for each in found.columns)
    paths = {each.path for each in found.columns}
    left = [column_name(path) for path in paths_of(found.prepared.sheet) if path not in paths]
    if left:
        yield f"left out: {', '.join(left)} (arrays, or as said)"
    if not any(each.attribute.name == EXTERNAL_ID for each in found.columns):
        yield f"No column is the records' id: say which, as in Order no -> {EXTERNAL_ID}: text."
    yield ""
    yield from prepared_lines(found.prepared) if has_rows else ("The file's records are not imported.",)


async def create_from_file(workbench: Workbench, sample: Sample) -> Result:
    """Make the object, and its records where they are wanted, in one commit."""
    found = await sampled_object(workbench, sample)
    refuse(found.problems)
    changes = [Change(OBJECTS, found.number, None, found.kind)]
    if sample.has_rows:
        changes += (await cancellable(changes_of, found.prepared, "")).items
    progress.tell(f"Writing {found.kind.name}", can_stop=False)
    await workbench.commit(Changes.of(f"Create {found.kind.name} from {sample.choice.name}", changes))
    told = f" {found.prepared.sentence}." if sample.has_rows else ""
    return Result(
        message=f"Created the custom object {found.kind.name} with {len(found.kind.attributes)} attributes.{told}",
        data=found.kind,
        lines=sample_lines(found, has_rows=sample.has_rows),
    )


async def sample_preview(workbench: Workbench, sample: Sample) -> tuple[str, ...]:
    """What would be made, or why nothing can be."""
    try:
        return sample_lines(await sampled_object(workbench, sample), has_rows=sample.has_rows)
    except InvalidInput as error:
        return error.problems
