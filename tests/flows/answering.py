"""Somebody who answers the form that a paused run shows in Prefect's UI."""

import json
import threading
import time

from prefect.client.orchestration import get_client
from prefect.flow_runs import resume_flow_run


class Person(threading.Thread):
    """Waits for the form, looks at it, and answers; begins at once."""

    def __init__(self, **answers):
        super().__init__(daemon=True)
        self.answers = answers
        self.form, self.text = {}, ""
        self.start()

    def run(self):
        with get_client(sync_client=True) as client:
            paused = None
            while paused is None:
                time.sleep(0.5)
                runs = client.read_flow_runs()
                paused = next((run for run in runs if run.state and run.state.is_paused()), None)
            keys = paused.state.state_details.run_input_keyset
            self.form = json.loads(client.read_flow_run_input(paused.id, keys["schema"]))
            self.text = json.loads(client.read_flow_run_input(paused.id, keys["description"]))
        self.paused = paused.id
        resume_flow_run(paused.id, run_input=self.answers)
