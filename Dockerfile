# syntax=docker/dockerfile:1
# Build:      docker build -t citewell .
#             Where pip does not find PyTorch's CPU build by itself, add
#             --build-arg PIP_EXTRA_INDEX_URL=... or --build-arg PIP_FIND_LINKS=... (a URL).
# Seed text:  docker run --rm -p 127.0.0.1:8000:8000 -e CITEWELL_OPEN=true citewell
# Your own:   docker run --rm -v citewell:/data -v "$PWD/documents:/documents:ro" citewell \
#                 citewell index /documents
#             docker run --rm -v citewell:/data citewell citewell key add --name me --scope write
#             docker run -d -p 8000:8000 -v citewell:/data citewell
# Inside the container the service listens on every address, so it does not start without a key,
# unless CITEWELL_OPEN=true says that whoever reaches the published port may ask: right where, as
# above, that is this machine alone. CITEWELL_HOSTS names it for clients that know it by name.
# Sizes (du -sm of the environment, installed without an engine): 1,861 MB in the builder, 618 MB
# in the image that runs, of which 200 MB are the two models and 17 MB pip, which goes too; its
# copy of the exported model, and the seed's index with its own, add 90 and 127 MB.
# The index lies in /data/.citewell/index. A new named volume starts as a copy of the seed's;
# a mounted folder starts empty, must be writable for uid 10001, and needs `citewell index`.
# Answering writes nothing and fetches nothing, so `docker run --read-only` works too. Documents
# are changed over HTTP with a key that writes, or with -e CITEWELL_EDITING=true, and then /data
# and /tmp are written.

FROM python:3.11-slim AS builder
ARG PIP_EXTRA_INDEX_URL=""
ARG PIP_FIND_LINKS=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/citewell
ENV PATH=/opt/citewell/bin:$PATH
WORKDIR /build

# The dependencies first: this layer is made anew only when one of these two files changes.
COPY pyproject.toml constraints.txt ./
RUN python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' \
        > requirements.txt \
    && pip install --only-binary :all: -c constraints.txt -r requirements.txt \
    && python -c 'import torch; raise SystemExit(torch.version.cuda is not None)'

COPY LICENSE NOTICE README.md citewell.py ./
COPY index/ index/
COPY service/ service/
COPY eval/ eval/
RUN pip install --no-deps -c constraints.txt .

# The seed's index: made by PyTorch, whose model it then carries as ONNX. A copy of the model stays
# in the environment, for indexes that are made in the image that runs.
ENV HF_HUB_OFFLINE=1
COPY seeds/ /seeds/
WORKDIR /data
RUN citewell index /seeds \
    && mkdir -p /opt/citewell/share/citewell \
    && cp -r .citewell/index/data/m-* /opt/citewell/share/citewell/exported

# What serving does not need: PyTorch and what else exports and measures, tests, the installer,
# bytecode of modules that are never imported.
FROM builder AS pruned
COPY not-served.txt ./
RUN pip uninstall -q -y -r not-served.txt && rm not-served.txt \
    && cd /opt/citewell/lib/python3.11/site-packages \
    && rm -rf functorch torch* pip pip-*.dist-info /opt/citewell/bin/pip* \
    && find . -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
# The pruned environment has to work: it indexes the seed and answers from it. This also leaves
# the bytecode of what serving imports, which halves the time of every start.
RUN citewell index /seeds --out /tmp/index && citewell ask "Who met in Berlin?" \
    && citewell doctor && python -c 'import service.web.server' && rm -rf /tmp/index

FROM python:3.11-slim
RUN groupadd --gid 10001 citewell \
    && useradd --uid 10001 --gid citewell --no-create-home --home-dir /data citewell
COPY --from=pruned /opt/citewell /opt/citewell
COPY --from=pruned /seeds /seeds
COPY --from=pruned --chown=10001:10001 /data /data
ENV PATH=/opt/citewell/bin:$PATH HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# No proxy: the question goes to this container, whatever http_proxy says.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["citewell", "serve", "--host", "0.0.0.0", "--port", "8000"]
