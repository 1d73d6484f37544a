import type { Diagnostic } from "../../engine/report.ts";
import { escapeXml } from "./escape.ts";
import { byPath } from "./grouped.ts";

/** A test suite a file, a failed test a finding; where nothing is found, one test that passes. */
export function formatJunit(diagnostics: readonly Diagnostic[]): string {
  const suites = [...byPath(diagnostics)].flatMap(([path, found]) =>
    suite(path, found.length, found.flatMap(failure)),
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

function failure(diagnostic: Diagnostic): readonly string[] {
  const { path, finding } = diagnostic;
  const { rule, severity, message } = finding;
  const text = `${placeInWords(diagnostic)}, ${severity}: ${message}`;
  return [
    // Its schema, by which Jenkins' xUnit plugin reads it, has no place for lines.
    `    ${tag("testcase", { name: `ropelint.${rule}`, classname: path })}`,
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
