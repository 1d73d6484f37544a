import path from "node:path";

/** Where a user's own configuration lies, as ruff's does; null where the surroundings do not say. */
export function userFolder(
  { XDG_CONFIG_HOME: named, HOME: home, APPDATA: data }: Readonly<Record<string, string | undefined>>,
  platform: string,
): string | null {
  if (platform === "win32") return data ? path.join(data, "ropelint") : null;
  // The XDG specification has relative paths ignored.
  if (named && path.isAbsolute(named)) return path.join(named, "ropelint");
  return home ? path.join(home, ".config", "ropelint") : null;
}
