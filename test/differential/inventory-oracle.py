"""Says what Ansible makes of inventories: reads one JSON request a line from stdin, prints one JSON answer a line."""

import json
import sys

from ansible.cli.inventory import INTERNAL_VARS
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

warnings = []
Display.warning = lambda self, message, formatted=False: warnings.append(message)
Display.deprecated = lambda self, message, *more, **others: None


def answer(request):
    warnings.clear()
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=request["sources"])
    manager = VariableManager(loader=loader, inventory=inventory)
    hosts = {}
    for name, host in inventory.hosts.items():
        variables = manager.get_vars(host=host, include_hostvars=False, stage="all")
        hosts[name] = {
            "variables": {key: value for key, value in variables.items() if key not in INTERNAL_VARS},
            "groups": sorted(group.name for group in host.get_groups()),
        }
    groups = {name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()}
    unparsed = [text for text in warnings if "parse" in text]
    return {"hosts": hosts, "groups": groups, "unparsed": unparsed, "selected": [select(inventory, one) for one in request["patterns"]]}


def select(inventory, pattern):
    try:
        return [host.name for host in inventory.get_hosts(pattern) if not host.implicit]
    except Exception as error:
        return str(error)


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result, default=list), flush=True)
