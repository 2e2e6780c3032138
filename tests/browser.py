"""A headless Chromium on the chat page, driven in a thread while the loop serves it."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

ABSENT = (
    "install chromium and chromium-driver with your system's package manager"
    " (Debian: apt-get install chromium chromium-driver)"
)
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 15


@contextmanager
def started() -> Iterator[webdriver.Chrome]:
    """Fails the test that needs it where there is no Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    driver_path = shutil.which("chromedriver")
    if not found or not driver_path:
        pytest.fail(ABSENT)
    options = webdriver.ChromeOptions()
    options.binary_location = found
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for argument in [*ARGUMENTS, f"--user-data-dir={profile}"]:
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=Service(driver_path))
        try:
            yield driver
        finally:
            driver.quit()


class ChatPage:
    """What somebody does and sees there. Every wait gives up after SECONDS."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self._driver = driver
        self._url = url

    async def opens(self, query: str = "", width: int = 1280, height: int = 800) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}

        def go() -> None:
            self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            self._driver.get(f"{self._url}/{query}")
            self._wait(lambda: self._all("[data-online=yes]"))

        await asyncio.to_thread(go)

    async def clicks(self, selector: str, label: str = "") -> None:
        """The last element of the selector, or the last with the label."""

        def click() -> bool:
            shown = [e for e in self._all(selector) if e.is_displayed()]
            found = [e for e in shown if label in {"", e.text, e.get_attribute("aria-label")}]
            for element in found[-1:]:
                element.click()
            return bool(found)

        await asyncio.to_thread(self._wait, click)

    async def types(self, selector: str, text: str) -> None:
        def fill() -> None:
            [element] = self._all(selector)
            element.clear()
            element.send_keys(text)

        await asyncio.to_thread(fill)

    async def says(self, text: str) -> None:
        await self.types("#text", text)
        await self.clicks("#send")

    async def sees(self, selector: str, text: str) -> None:
        """Waits until an element of the selector has the text in it."""

        def look() -> bool:
            return any(text in element.text for element in self._all(selector))

        await asyncio.to_thread(self._wait, look)

    async def texts(self, selector: str) -> list[str]:
        return await asyncio.to_thread(lambda: [e.text for e in self._all(selector)])

    async def script(self, source: str) -> Any:
        return await asyncio.to_thread(self._driver.execute_script, source)

    async def leaves(self) -> list[str]:
        """Closes the page; gives what the browser has logged: script errors, refused resources."""
        log = await asyncio.to_thread(self._driver.get_log, "browser")
        await asyncio.to_thread(self._driver.get, "about:blank")
        return [entry["message"] for entry in log]

    async def shoots(self, file: Path) -> None:
        await asyncio.to_thread(self._driver.save_screenshot, str(file))

    def _all(self, selector: str) -> list[Any]:
        return self._driver.find_elements(By.CSS_SELECTOR, selector)

    def _wait(self, claim: Callable[[], object]) -> None:
        wait = WebDriverWait(
            self._driver, SECONDS, 0.05, ignored_exceptions=[StaleElementReferenceException]
        )
        wait.until(lambda _: claim())
