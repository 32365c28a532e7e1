"""Neo4j Browser as the window on the graph: saved queries, a style, a guide, addresses."""

from flows.window.links import browser_link, link_to_changes
from flows.window.pages import guide, prepare_window, window_files
from flows.window.queries import SavedQuery, saved_queries, saved_query, saved_query_answer
from flows.window.style import grass, style

__all__ = [
    "SavedQuery",
    "browser_link",
    "grass",
    "guide",
    "link_to_changes",
    "prepare_window",
    "saved_queries",
    "saved_query",
    "saved_query_answer",
    "style",
    "window_files",
]
