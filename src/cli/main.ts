import { runProcess } from "./run-process.ts";
import { services } from "./wiring.ts";

await runProcess(services);
