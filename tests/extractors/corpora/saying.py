"""What a labelled document says, in few words."""


def mentions(document):
    return {(e.type, m.text) for e in document.extraction.entities for m in e.mentions}


def triples(document):
    return {(r.subject.name, r.type, r.object.name) for r in document.extraction.relations}


def notes(document):
    return [note.kind for note in document.notes]
