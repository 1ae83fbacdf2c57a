"""The private node survives kill -9 at the worst moments: during its very first start, and holding messages."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy import broker_rights, processes
from deploy.broker import Broker, BrokerPorts


@pytest.fixture
def node(broker: Broker, server_folder: Path) -> Iterator[Broker]:
    own = Broker(
        server_folder / f"broker-{secrets.token_hex(4)}",
        BrokerPorts.free(),
        broker.programs,
        ("registry",),
        broker.passwords,
        dies_with_us=True,
    )
    yield own
    own.stop()
    own.remove()


@pytest.mark.timeout(400)
def test_killed_in_its_first_start_it_starts_anew_and_killed_later_it_keeps_its_messages(node: Broker) -> None:
    node.launch_epmd()
    assert processes.wait_until(node.epmd_ready, within=20)
    node.launch()
    assert processes.wait_until(lambda: "starting system quorum_queues" in node.log_file.read_text(), within=120)
    node.kill()
    node.launch()
    node.wait_ready()

    address = f"127.0.0.1:{node.ports.amqp}"
    as_registry = {"userid": "registry", "password": node.passwords["registry"], "virtual_host": broker_rights.VHOST}
    quorum = {"x-queue-type": "quorum"}
    with amqp.Connection(address, **as_registry) as connection:
        channel = connection.channel()
        channel.queue_declare("registry.kept", durable=True, auto_delete=False, arguments=quorum)
        channel.basic_publish_confirm(amqp.Message("kept", delivery_mode=2), routing_key="registry.kept")
        node.settle()
        channel.queue_declare("registry.unsettled", durable=True, auto_delete=False, arguments=quorum)
    node.kill()
    node.launch()
    node.wait_ready()
    with amqp.Connection(address, **as_registry) as connection:
        channel = connection.channel()
        message = channel.basic_get("registry.kept", no_ack=True)
        assert message is not None
        assert message.body == "kept"
        channel.basic_publish_confirm(amqp.Message("new", delivery_mode=2), routing_key="registry.unsettled")
        assert channel.basic_get("registry.unsettled", no_ack=True).body == "new"
