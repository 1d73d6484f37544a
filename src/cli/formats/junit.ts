import type { Diagnostic } from "../../engine/report.ts";
import { escapeXml } from "./escape.ts";
import { byPath } from "./grouped.ts";

/** A test suite a file, a failed test a finding; where nothing is found, one test that passes. */
export function formatJunit(diagnostics: readonly Diagnostic[]): string {
  const suites = [...byPath(diagnostics)].flatMap(([path, found]) =>
    suite(path, found.length, found.flatMap(failures())),
  );
  const passed = suite("ropelint", 0, [
    `    ${tag("testcase", { name: "no findings", classname: "ropelint" }, "/")}`,
  ]);
  const counts = { tests: Math.max(1, diagnostics.length), failures: diagnostics.length, errors: 0 };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    tag("testsuites", { name: "ropelint", ...counts }),
    ...(suites.length === 0 ? passed : suites),
    "</testsuites>\n",
  ].join("\n");
}

function suite(name: string, failures: number, tests: readonly string[]): readonly string[] {
  const counts = { tests: Math.max(1, failures), failures, errors: 0, skipped: 0 };
  return [`  ${tag("testsuite", { name, ...counts, package: "ropelint" })}`, ...tests, "  </testsuite>"];
}

/**
 * Readers follow a test from one report to the next by its name: it names the definition, and no line, so that it is the same where
 * lines have moved. Equal ones of a file are counted.
 */
function failures(): (diagnostic: Diagnostic) => readonly string[] {
  const seen = new Map<string, number>();
  return (diagnostic) => {
    const { rule, definition } = diagnostic.finding;
    const name = `ropelint.${rule}${definition === "" ? "" : ` in ${definition}`}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return failure(diagnostic, count === 1 ? name : `${name} (${String(count)})`);
  };
}

function failure(diagnostic: Diagnostic, name: string): readonly string[] {
  const { severity, message } = diagnostic.finding;
  const text = `${placeInWords(diagnostic)}, ${severity}: ${message}`;
  return [
    // Its schema, by which Jenkins' xUnit plugin reads it, has no place for lines.
    `    ${tag("testcase", { name, classname: diagnostic.path })}`,
    `      ${tag("failure", { message, type: severity })}${escapeXml(text)}</failure>`,
    "    </testcase>",
  ];
}

function placeInWords({ cell, location: { row, column } }: Diagnostic): string {
  return `${cell === null ? "" : `cell ${cell}, `}line ${row}, col ${column}`;
}

function tag(name: string, attributes: Readonly<Record<string, string | number>>, close = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`);
  return `<${[name, ...written].join(" ")}${close}>`;
}
