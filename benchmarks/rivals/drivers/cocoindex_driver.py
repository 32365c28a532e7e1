# /// script
# requires-python = ">=3.11"
# dependencies = ["cocoindex[neo4j]==1.0.26", "neo4j==6.4.1"]
# ///
"""cocoindex: an app whose source is a folder of files and whose target is Neo4j.

Built like its own example of a graph of meeting notes: one component a file declares what is the
file's own, and one at the end declares what files share. What is in the folder is the truth;
writing and deleting change the folder and update the app.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cocoindex as coco
from cocoindex.connectors import localfs, neo4j
from protocol import Document, Name, Server, passages, serve

GRAPH = coco.ContextKey[neo4j.ConnectionFactory]("graph")


@dataclass
class DocumentRow:
    id: str


@dataclass
class ChunkRow:
    id: str
    text: str


@dataclass
class EntityRow:
    id: str
    type: str
    name: str


@dataclass
class FactRow:
    """What a fact carries; its key is made of both ends."""

    confidence: float


@coco.fn(memo=True)
async def read_file(
    file: localfs.File,
    documents: neo4j.TableTarget[DocumentRow],
    chunks: neo4j.TableTarget[ChunkRow],
    has_chunk: neo4j.RelationTarget[Any],
) -> str:
    """Declare what belongs to this file alone; return its text for what does not."""
    text = await file.read_text()
    document = json.loads(text)
    id_ = document["document"]["id"]
    documents.declare_record(row=DocumentRow(id_))
    for passage in passages(document):
        chunks.declare_record(row=ChunkRow(passage.id, passage.text))
        has_chunk.declare_relation(from_id=id_, to_id=passage.id)
    return text


@coco.fn
async def declare_shared(
    texts: list[str],
    entities: neo4j.TableTarget[EntityRow],
    mentions: neo4j.RelationTarget[Any],
    facts: dict[str, neo4j.RelationTarget[Any]],
) -> None:
    """Declare entities and facts, once each; the surest statement of a fact counts."""
    confidences: dict[tuple[str, str, str], float] = {}
    names: set[Name] = set()
    for passage in (each for text in texts for each in passages(json.loads(text))):
        names.update(passage.entities)
        for name in passage.entities:
            mentions.declare_relation(from_id=passage.id, to_id=_id(name))
        for fact in passage.facts:
            triple = _id(fact.subject), fact.type, _id(fact.object)
            confidences[triple] = max(fact.confidence, confidences.get(triple, 0))
    for name in names:
        entities.declare_record(row=EntityRow(_id(name), *name))
    for (subject, type_, object_), confidence in confidences.items():
        facts[type_].declare_relation(from_id=subject, to_id=object_, record=FactRow(confidence))


def _id(name: Name) -> str:
    return f"{name.type}:{name.name}"


async def _table(label: str, row: type) -> neo4j.TableTarget[Any]:
    schema = await neo4j.TableSchema.from_class(row, primary_key="id")
    return await neo4j.mount_table_target(GRAPH, label, schema, primary_key="id")


@coco.fn
async def main(folder: Path, relation_types: tuple[str, ...]) -> None:
    documents = await _table("Document", DocumentRow)
    chunks = await _table("Chunk", ChunkRow)
    entities = await _table("Entity", EntityRow)
    has_chunk = await neo4j.mount_relation_target(GRAPH, "HAS_CHUNK", documents, chunks)
    mentions = await neo4j.mount_relation_target(GRAPH, "MENTIONS", chunks, entities)
    facts = {
        type_: await neo4j.mount_relation_target(GRAPH, type_, entities, entities)
        for type_ in relation_types
    }
    files = [
        coco.use_mount(
            coco.component_subpath("file", key), read_file, file, documents, chunks, has_chunk
        )
        async for key, file in localfs.walk_dir(folder).items()
    ]
    texts = list(await asyncio.gather(*files))
    await coco.mount(
        coco.component_subpath("shared"), declare_shared, texts, entities, mentions, facts
    )


class Cocoindex:
    """The app, and the folder that it watches."""

    def __init__(self, server: Server) -> None:
        self.failures: list[BaseException] = []
        self.folder = Path(server.state) / "documents"
        self.folder.mkdir(exist_ok=True)
        os.environ["COCOINDEX_DB"] = str(Path(server.state) / "cocoindex.db")
        factory = neo4j.ConnectionFactory(
            uri=server.uri, auth=(server.user, server.password), database="neo4j"
        )

        @coco.lifespan
        async def provide(builder: coco.EnvironmentBuilder) -> AsyncIterator[None]:
            builder.provide(GRAPH, factory)
            # A component in the background fails in the log alone, unless somebody listens.
            builder.set_exception_handler(lambda error, _: self.failures.append(error))
            yield

        types = tuple(server.relation_types)
        self.app = coco.App(coco.AppConfig(name="documents"), main, self.folder, types)

    def write(self, documents: list[Document]) -> None:
        for document in documents:
            self._file(document["document"]["id"]).write_text(json.dumps(document))
        self._update()

    def delete(self, ids: list[str]) -> None:
        for id_ in ids:
            self._file(id_).unlink()
        self._update()

    def _update(self) -> None:
        self.failures.clear()
        self.app.update_blocking()
        if self.failures:
            raise self.failures[0]

    def _file(self, id_: str) -> Path:
        return self.folder / f"{hashlib.sha256(id_.encode()).hexdigest()[:16]}.json"


if __name__ == "__main__":
    serve("cocoindex", Cocoindex)
