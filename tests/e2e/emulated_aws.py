"""Runs ministack, an emulated AWS, until its standard input ends: so it can't outlive whoever started it.

    python -P emulated_aws.py PORT FOLDER      in the environment of requirements-ministack.txt; listens on loopback

It speaks TLS, as the bucket's policy asks for, with an authority of its own: FOLDER/ca.pem. IAM is enforced.
"""

import os
import sys
import threading
from pathlib import Path

import trustme


def main(port: str, folder: Path) -> None:
    """Configure ministack through its environment, and run it."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "chain.pem", append=True)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    os.environ.update(
        AUTH="true",
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="127.0.0.1",
        GATEWAY_PORT=port,
        USE_SSL="1",
        MINISTACK_SSL_CERT=str(folder / "chain.pem"),
        MINISTACK_SSL_KEY=str(folder / "key.pem"),
        AWS_CA_BUNDLE=str(folder / "ca.pem"),  # for the function, which inherits this environment
        STATE_DIR=str(folder / "state"),  # else /tmp/ministack-state, for all that run on this machine
        S3_DATA_DIR=str(folder / "s3"),
        IOT_MTLS_ENABLED="0",
        LAMBDA_ASYNC_RETRY_BASE_SECONDS="2",  # Lambda's own first retry comes after a minute
    )
    from ministack import app  # reads the environment

    app._port_is_bindable = lambda *_: False  # else it takes port 443 as well
    _teach()
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.argv[1:] = []
    app.main()


def _teach() -> None:
    """Two things that our template has and ministack can't make: neither does anything to a photo."""
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS["AWS::Logs::QueryDefinition"] = {
        "create": lambda logical_id, _properties, stack: (f"{stack}-{logical_id}", {}),
        "delete": lambda _physical_id, _properties: None,
    }
    record = provisioners._cw_metric_alarm_record

    def without_arithmetic(name: str, properties: dict) -> dict:
        """An alarm over metric math stands as one over a metric that never comes."""
        if "Metrics" in properties:
            plain = {key: value for key, value in properties.items() if key != "Metrics"}
            properties = {**plain, "Namespace": "MetricMath", "MetricName": name}
        return record(name, properties)

    provisioners._cw_metric_alarm_record = without_arithmetic


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
