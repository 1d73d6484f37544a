import { readFixtures, parser } from "./read-fixtures.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import { FileAnalysis } from "../../src/analysis/file.ts";
import { environments, lowDTypes, plain } from "../../src/analysis/environments.ts";
import { floatRange } from "../../rules/float-range.ts";
import { judge } from "../../src/verify/judge.ts";
const [name] = process.argv.slice(2);
const f = readFixtures().find((x) => x.name.endsWith(name!))!;
const file = new FileAnalysis(liftPython(parser.parse(f.text)), f.text, ["arange", "type_as("], false);
const settings = environments.filter((e) => e !== plain && e.decides).flatMap((environment) => lowDTypes.map((low) => ({ environment, low, exact: false })));
for (const unit of file.units) {
  for (const root of floatRange.match(unit, settings)) {
    console.log(unit.unit.plan.name, root.node.id, root.settings.map((s) => s.environment.name + s.low), "called", [...unit.unit.called]);
    for (const j of judge({ unit, root })) console.log("  ", j.setting.environment.name, j.setting.low, j.level, JSON.stringify(j.movement));
  }
}
