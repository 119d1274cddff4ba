// browser.mjs — Chromium from Debian, driven by playwright-core; axe; screenshots.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ACCOUNT1, TOP, env } from "./env.mjs";
import { faults } from "./html.mjs";
import { scratch } from "./program.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.SHOTS || join(TOP, "tests", "browser", "shots");
const EXECUTABLE = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run",
  "--disable-dev-shm-usage", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])];

export const SIZES = { wide: { width: 1280, height: 800 }, middle: { width: 768, height: 1024 }, small: { width: 390, height: 844 } };

// What Playwright switches off, and people's browsers have: pages that Back brings back as they were.
export const WITH_BACK = { ignoreDefaultArgs: ["--disable-back-forward-cache"] };

// One browser for a test file; close it in after().
export function launch({ args = [], ...options } = {}) {
  return chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...args], ...options });
}

// The demonstration's CA is not in Chromium's store: the tests of certificates are those of
// http.mjs, here they are not looked at.
const manner = ({ size = "wide", theme = "light", scripts = true, language = "en", ...options }) => ({ ignoreHTTPSErrors: true, baseURL: env.URL,
  viewport: SIZES[size], colorScheme: theme, javaScriptEnabled: scripts, locale: language, timezoneId: "Europe/Paris", reducedMotion: "reduce", ...options });

// A context is one person's browser.
export async function person(browser, options = {}) {
  return watched(await browser.newContext(manner(options)));
}

// A person with a browser and a profile of their own, which end with the context. Only such a one
// connects ahead of a request (preconnect); contexts of a shared browser are private windows.
export async function resident({ args = [], ...options } = {}) {
  return watched(await chromium.launchPersistentContext(scratch(), { executablePath: EXECUTABLE, args: [...FLAGS, ...args], ...manner(options) }));
}

function watched(context) {
  context.setDefaultTimeout(15000);
  context.problems = [];
  const watch = (page) => {
    page.on("pageerror", (error) => context.problems.push(`script: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !/^Failed to load resource/.test(message.text()))
        context.problems.push(`console: ${message.text()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && !response.request().isNavigationRequest())
        context.problems.push(`${response.status()} ${response.url()}`);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== new URL(env.URL).origin && !["data:", "blob:", "about:"].includes(url.protocol))
        context.problems.push(`foreign request: ${request.url()}`);
    });
  };
  context.pages().forEach(watch);
  context.on("page", watch);
  return context;
}

export async function signIn(page, { user, password } = ACCOUNT1, path = "/login") {
  await page.goto(path);
  await page.fill('input[name="user"]', user);
  await page.fill('input[name="password"]', password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.press('input[name="password"]', "Enter")]);
}

// Violations of WCAG 2.2 AA and axe's best practices as lines of text. Runs by the debugger's own
// channel, so that the page's policy against inline scripts stays in force.
export async function accessibilityFaults(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`));
}

// Faults of the HTML as the server sent it, fetched again with the page's cookies.
export async function htmlFaults(page, path = page.url()) {
  const response = await page.context().request.get(path);
  return faults(await response.text());
}

export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  // caret: hiding it would take an inline style, which our policy forbids
  await page.screenshot({ path: join(SHOTS, `${name}.png`), caret: "initial" });
}

// True if the page is wider than its window.
export function overflows(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

// What a finger has to hit and is less than 44 px high or wide, as lines of text. Links within
// sentences are exempt (WCAG 2.5.8), and a box counts with its label, a row's link with its row.
export function smallTargets(page) {
  return page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      const whole = element.closest(".subject a") ? element.closest(".row") : element.closest(".file span > a") ? element.closest(".file")
        : ["checkbox", "radio"].includes(element.type) ? element.labels[0] : element;
      const { width, height } = whole.getBoundingClientRect();
      const seen = element.checkVisibility({ visibilityProperty: true }) && !element.matches(".vh, .skip");
      if (seen && getComputedStyle(whole).display !== "inline" && (width < 43.5 || height < 43.5))
        found.push(`${Math.round(width)}x${Math.round(height)} ${whole.outerHTML.slice(0, 120)}`);
    }
    return found.slice(0, 9);
  });
}

// True if whoever goes by the keyboard sees where the focus is: a line around it or beside it.
export function focusSeen(page) {
  return page.evaluate(() => {
    for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      if ((outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow.includes("inset")) return true;
      if (one.matches("tr, p, form, li")) break;
    }
    return false;
  });
}
