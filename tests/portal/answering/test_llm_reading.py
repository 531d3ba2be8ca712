"""A language model may read a question, as one more reading: it fills in a form, and code looks up, compares and checks as always."""

import json
import time
from collections.abc import Iterator

import pytest

from portal.answering.models import Ask
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings
from tests.portal.answering.test_llm import Handler, Reply, Service, fail, garbage, said, serving

# Says neither parking nor target in words the examples or the names hold.
OBLIQUE = "车没地儿搁，说好要添多少"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def plain(published: Settings, encoder: LazyEncoder) -> AnswerService:
    return AnswerService(Publications(published), encoder, published)


@pytest.fixture
def portal(service: Service, published: Settings, encoder: LazyEncoder) -> AnswerService:
    """The portal with the service to read questions."""
    url = f"http://127.0.0.1:{service.server_port}/v1"
    update = {"llm_url": url, "llm_model": "m", "llm_timeout_s": 20.0, "llm_reads": True}
    settings = published.model_copy(update=update)
    return AnswerService(Publications(settings), encoder, settings)


def fills(**form: object) -> Reply:
    """Fill in the form where it is asked to read; give a draft back where it is asked to smooth one."""

    def reply(handler: Handler, draft: str) -> None:
        if draft:
            handler.stream(draft)
            return
        content = form.get("raw") or json.dumps(form, ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        handler.begin(kind="application/json")
        body = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        handler.wfile.write(json.dumps(body).encode())

    return reply


PARKING = {"about": "indicator", "facet": "target", "operation": "value", "names": ["新增停车泊位"]}


def test_what_the_model_reads_is_looked_up_and_quoted(service: Service, portal: AnswerService) -> None:
    service.reply = fills(**PARKING)
    answer = portal.answer(Ask(question=OBLIQUE))
    assert "4.5万" in answer.answer
    assert answer.query is not None
    assert answer.query.facet == "target"
    assert [c.clause for c in answer.citations] == ["3.5.1"]


def test_the_model_is_sent_the_masked_question_and_the_names_of_the_tables(
    service: Service, portal: AnswerService
) -> None:
    service.reply = fills(**PARKING)
    portal.answer(Ask(question="我的卡是6222020200112233445，停车泊位的目标是多少？"))
    sent = json.loads(service.asked[0][1])
    assert "新增停车泊位" in sent["messages"][0]["content"]
    assert "〔卡号已隐去〕" in sent["messages"][1]["content"]
    assert "6222020200112233445" not in service.asked[0][1]
    assert sent["response_format"]["type"] == "json_schema"


def test_numbers_are_not_taken_from_the_model(service: Service, portal: AnswerService, plain: AnswerService) -> None:
    service.reply = fills(**PARKING, target=770000, value="77万个")
    assert "77" not in portal.answer(Ask(question=OBLIQUE)).answer


@pytest.mark.parametrize(
    "reply",
    [
        fills(**(PARKING | {"names": ["空中花园数量"]})),
        fills(**(PARKING | {"facet": "bribe"})),
        fills(raw="目标是77万个"),
        fail(500),
        garbage("application/json", b"{"),
    ],
    ids=["a name no table holds", "no such facet", "a sentence", "an error", "garbage"],
)
def test_a_reading_that_is_none_leaves_the_others(
    reply: Reply, service: Service, portal: AnswerService, plain: AnswerService
) -> None:
    service.reply = reply
    question = Ask(question="绿地率的来源是哪")
    assert said(portal.answer(question))["query"] == said(plain.answer(question))["query"]


def test_a_model_that_is_late_is_not_waited_for(
    service: Service, published: Settings, encoder: LazyEncoder, plain: AnswerService
) -> None:
    url = f"http://127.0.0.1:{service.server_port}/v1"
    update = {"llm_url": url, "llm_model": "m", "llm_timeout_s": 0.2, "llm_reads": True}
    settings = published.model_copy(update=update)
    service.reply = lambda _handler, _draft: service.over.wait(30)
    question = Ask(question="绿地率达标了吗？")
    start = time.monotonic()
    answer = AnswerService(Publications(settings), encoder, settings).answer(question)
    assert time.monotonic() - start < 20
    assert answer.answer == plain.answer(question).answer


def test_what_the_model_reads_wrongly_loses_to_what_accounts_for_the_question(
    service: Service, portal: AnswerService, plain: AnswerService
) -> None:
    service.reply = fills(about="place", facet="location", operation="nearest", names=[])
    question = Ask(question="人均公园绿地面积2023年达到多少")
    assert said(portal.answer(question))["query"] == said(plain.answer(question))["query"]


def test_without_the_setting_no_question_is_sent(service: Service, published: Settings, encoder: LazyEncoder) -> None:
    url = f"http://127.0.0.1:{service.server_port}/v1"
    settings = published.model_copy(update={"llm_url": url, "llm_model": "m", "llm_timeout_s": 20.0})
    AnswerService(Publications(settings), encoder, settings).answer(Ask(question="明天天气怎么样？"))
    assert service.asked == []
