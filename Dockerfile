# nightloom in a container: what `nightloom up` runs. compose.yaml has the Neo4j beside it.
#
#   docker build --tag nightloom .
#
# Everything comes from requirements.lock, and nothing whose hash is not there. Arguments:
#
#   EXTRAS            roles to install. "graph" asks a graph and has no model, "train flows" trains.
#   BASE              an image with Python 3.11 or newer, pip and useradd.
#   BROUGHT           what of the lock BASE has in its own Python, as "torch" for one processor type.
#   UV_DEFAULT_INDEX  the package index; `--build-arg UV_DEFAULT_INDEX` takes it from your shell. It
#                     stays in the first stage, and so out of the image.

ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS installed
ARG EXTRAS="flows documents places chinese mcp otel"
ARG BROUGHT=""
ARG UV_DEFAULT_INDEX=https://pypi.org/simple
ENV UV_NO_CACHE=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /source
COPY pyproject.toml requirements.lock ./
RUN sed -n '/^uv==/,/[^\\]$/p' requirements.lock > uv.lock \
    && python3 -m venv /uv \
    && /uv/bin/pip install --quiet --no-cache-dir --index-url "$UV_DEFAULT_INDEX" --require-hashes -r uv.lock
RUN printf '%s\n' $BROUGHT > brought \
    && /uv/bin/uv venv --quiet ${BROUGHT:+--system-site-packages} /nightloom \
    && VIRTUAL_ENV=/nightloom /uv/bin/uv pip install --quiet --require-hashes --only-binary :all: \
        --constraints requirements.lock --excludes brought \
        --requirements pyproject.toml ${EXTRAS:+$(printf ' --extra %s' $EXTRAS)}
COPY . .
RUN /uv/bin/uv build --quiet --wheel --require-hashes --build-constraints requirements.lock \
    && VIRTUAL_ENV=/nightloom /uv/bin/uv pip install --quiet --no-deps dist/*.whl

FROM ${BASE}
ARG UID=1000
COPY --from=installed /nightloom /nightloom
RUN useradd --uid "$UID" --create-home --home-dir /var/lib/nightloom --shell /usr/sbin/nologin nightloom
USER nightloom
WORKDIR /var/lib/nightloom
ENV PATH=/nightloom/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /var/lib/nightloom
# Prefect, and the page. Both answer only who calls them 127.0.0.1 or localhost, and has the password.
EXPOSE 4200 4280
ENV NIGHTLOOM_LISTEN=0.0.0.0
HEALTHCHECK --start-period=5m --interval=30s --timeout=20s CMD ["python", "-c", "\
from urllib.request import urlopen\n\
for place in '4200/api/health', '4280/health':\n\
    urlopen(f'http://127.0.0.1:{place}', timeout=8)"]
ENTRYPOINT ["nightloom"]
CMD ["up"]
