"""A resource server in another language: projects in memory, for callers with an access token of Cloakroom.

It knows the issuer by three words, its name, its audience and where its key set is, and shares nothing else with it.
Run it with Debian's python3-fastapi, uvicorn and python3-jose:

    ISSUER=http://localhost:3000 AUDIENCE=cloakroom-api uvicorn --app-dir tests/remote-api main:app --port 3001
"""

import json
import os
import secrets
import time
import urllib.request
from typing import Optional

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from jose import JWTError, jwt
from pydantic import BaseModel, Extra, validator

ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ["AUDIENCE"]
KEY_SET = ISSUER + "/.well-known/jwks.json"

app = FastAPI(openapi_url=None)
projects: dict = {}
keys: dict = {}
keys_read_at = 0.0


class Problem(Exception):
    def __init__(self, status: int, code: str, title: str, headers: Optional[dict] = None, errors: Optional[dict] = None):
        self.status, self.code, self.title, self.headers, self.errors = status, code, title, headers, errors


@app.exception_handler(Problem)
def answer_problem(_request: Request, problem: Problem) -> JSONResponse:
    document = {"type": "about:blank", "title": problem.title, "status": problem.status, "code": problem.code}
    if problem.errors:
        document["errors"] = problem.errors
    return JSONResponse(document, problem.status, headers=problem.headers, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
def answer_bad_input(request: Request, error: RequestValidationError) -> JSONResponse:
    errors = {str(part["loc"][-1]): [part["msg"]] for part in error.errors()}
    problem = Problem(400, "invalid_input", "Some of what was entered needs another look", errors=errors)
    return answer_problem(request, problem)


def invalid_token() -> Problem:
    challenge = 'Bearer realm="remote", error="invalid_token", error_description="The access token is not valid"'
    return Problem(401, "invalid_token", "The access token was not accepted", {"WWW-Authenticate": challenge})


def read_keys() -> None:
    """The key set, by key id. Read at most once in a second: a stranger's key ids must not make us ask all the time."""
    global keys, keys_read_at
    if time.monotonic() - keys_read_at < 1:
        return
    keys_read_at = time.monotonic()
    with urllib.request.urlopen(KEY_SET, timeout=5) as answer:
        keys = {key["kid"]: key for key in json.load(answer)["keys"]}


def find_key(kid: str) -> dict:
    if kid not in keys:
        read_keys()
    if kid not in keys:
        raise invalid_token()
    return keys[kid]


def require_caller(authorization: str = Header("")) -> dict:
    """The claims of an access token (RFC 9068, 4): type, algorithm, key, issuer, audience and time are all checked."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(401, "sign_in_required", "Please sign in", {"WWW-Authenticate": 'Bearer realm="remote"'})
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ", "").lower() != "at+jwt" or header.get("alg") != "ES256":
            raise invalid_token()
        needed = {f"require_{claim}": True for claim in ("aud", "iat", "exp", "iss", "sub", "jti")}
        key = find_key(str(header.get("kid")))
        return jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER, options={**needed, "leeway": 30})
    except JWTError:
        raise invalid_token()


class NewProject(BaseModel, extra=Extra.forbid):
    name: str
    description: str = ""

    @validator("name")
    def has_name(cls, name: str) -> str:
        if not 1 <= len(name.strip()) <= 100:
            raise ValueError("Give the project a name")
        return name.strip()


class ChangedProject(BaseModel, extra=Extra.forbid):
    name: Optional[str]
    description: Optional[str]
    archived: Optional[bool]


def now() -> int:
    return int(time.time() * 1_000)


def require_own(project_id: str, caller: dict = Depends(require_caller)) -> dict:
    project = projects.get(project_id)
    if project is None or project["ownerId"] != caller["sub"]:
        raise Problem(404, "not_found", "There is nothing here")
    return project


@app.get("/health")
def health() -> dict:
    return {"status": "ok"}


@app.get("/users/me")
def me(caller: dict = Depends(require_caller)) -> dict:
    roles = caller.get("roles", [])
    return {"id": caller["sub"], "email": caller["email"], "name": caller["name"], "roles": roles, "createdAt": 0}


@app.get("/projects")
def list_own(archived: bool = False, page: int = 1, limit: int = 20, caller: dict = Depends(require_caller)) -> dict:
    own = [p for p in projects.values() if p["ownerId"] == caller["sub"] and (p["archivedAt"] is not None) == archived]
    own.reverse()
    return {"items": own[(page - 1) * limit : page * limit], "page": page, "limit": limit, "total": len(own)}


@app.post("/projects", status_code=201)
def create(new: NewProject, response: Response, caller: dict = Depends(require_caller)) -> dict:
    at = now()
    project = {"id": secrets.token_urlsafe(16), "ownerId": caller["sub"], **new.dict()}
    projects[project["id"]] = {**project, "archivedAt": None, "createdAt": at, "updatedAt": at}
    response.headers["Location"] = f"/projects/{project['id']}"
    return projects[project["id"]]


@app.get("/projects/{project_id}")
def read(project: dict = Depends(require_own)) -> dict:
    return project


@app.patch("/projects/{project_id}")
def change(wanted: ChangedProject, project: dict = Depends(require_own)) -> dict:
    given = wanted.dict(exclude_unset=True)
    archived = given.pop("archived", None)
    if archived is not None:
        given["archivedAt"] = (project["archivedAt"] or now()) if archived else None
    project.update(given, updatedAt=now())
    return project


@app.delete("/projects/{project_id}", status_code=204)
def delete(project: dict = Depends(require_own)) -> Response:
    del projects[project["id"]]
    return Response(status_code=204)
