"""One transaction of a night: some documents leave in their old version and come in their new.

Documents are locked first, in order of id; entities after them, in order of key
(`graphdb.writing.exchange`). The lease is looked at last: if it was lost, all of it is undone.

    claim ─► exchange of evidence ─► lease
"""

from collections.abc import Iterable

from graphdb.connection import Row, Transaction
from graphdb.errors import FactsRejectedError
from graphdb.leases import Lease, fence
from graphdb.queries import cypher
from graphdb.writing.change import Change
from graphdb.writing.coming import Coming, Naming
from graphdb.writing.exchange import Exchange
from graphdb.writing.rows import DocumentRows

LEDGER_FIELDS = (
    *("digest", "title", "source", "sha256", "extractor", "ontology"),
    *("raw_sha256", "format", "language"),
)

NO_VERSION: Row = dict.fromkeys(LEDGER_FIELDS) | {"digest": ""}
"""What a document has that was made by its claim."""

TAKEN = (
    "the database holds a node :Document with this id that is not nightloom's, because it has no"
    " digest: rename the document or its source, or change the id or label of that node"
)


def upsert_documents(
    tx: Transaction,
    group: Coming,
    lease: Lease | None,
    *,
    is_evidence_new: bool = True,
    are_keys_followed: bool = False,
    decision: str = "",
) -> Change:
    """Put document versions in the place of whatever versions are there.

    Safe to do again: a document all of whose rows are there is left alone. Without
    `is_evidence_new` the documents say what they said, and only decisions are others; with
    `are_keys_followed` only rows that they name by key are.
    """
    documents = group.documents
    # In order of id, as every writer does it: two that want the same documents queue.
    ids = sorted(document.id for document in documents)
    tx.run(cypher("upsert/claim"), ids=ids)
    if tx.nodes_created == len(ids):
        versions = dict.fromkeys(ids, NO_VERSION)
    else:
        # Read after the claim: what another writer did before it let go of the lock is seen here.
        versions = {row["id"]: row for row in tx.run(cypher("upsert/versions"), ids=ids)}
    # The claim gives a new document an empty digest. One without any is a node of somebody else.
    ours = [document for document in documents if versions[document.id]["digest"] is not None]
    if are_keys_followed or decision:
        # Written again from what the graph itself says. If the ontology or the catalogue says
        # otherwise by now, the document is still of the old one, and the next night sees that.
        for document in ours:
            document.properties["ontology"] = versions[document.id]["ontology"]
    coming = [document for document in ours if _differs(document, versions[document.id])]
    change = Change(
        upserted=len(coming),
        unchanged=len(ours) - len(coming),
        entities_left_out=sum(document.n_left_out for document in ours),
        rejected=tuple(row for document in ours for row in document.rejected),
        set_aside=tuple(
            FactsRejectedError(document.id, (TAKEN,))
            for document in documents
            if versions[document.id]["digest"] is None
        ),
    )
    if coming:
        # An empty digest: the document has only just been claimed, and has no old version.
        leaving = [document.id for document in coming if versions[document.id]["digest"]]
        if len(coming) < len(documents):
            group = Coming.of(coming, group.naming)
        exchange = Exchange(
            *(tx, group.naming, lease),
            is_evidence_new=is_evidence_new,
            are_keys_followed=are_keys_followed,
            decision=decision,
        )
        change += exchange.run(leaving, group)
    # Last, so that a lease that was lost meanwhile undoes all of it.
    fence(tx, lease)
    return change


def retract_documents(
    tx: Transaction,
    ids: Iterable[str],
    naming: Naming,
    lease: Lease | None,
) -> Change:
    """Withdraw documents and all that nothing else supports; unknown ids do not matter."""
    wanted = sorted(set(ids))
    tx.run(cypher("swap/claim"), ids=wanted)
    versions = tx.run(cypher("upsert/versions"), ids=wanted)
    leaving = [row["id"] for row in versions if row["digest"] is not None]
    change = Change(retracted=len(leaving))
    if leaving:
        exchange = Exchange(tx, naming, lease, is_evidence_new=True)
        change += exchange.run(leaving, Coming.of((), naming))
        tx.run(cypher("swap/delete_documents"), ids=leaving)
    fence(tx, lease)
    return change


def _differs(document: DocumentRows, version: Row) -> bool:
    # The digest stands for all rows of the document, so they need not be compared one by one.
    return any(document.properties[name] != version[name] for name in LEDGER_FIELDS)
