import ropelint from "ropelint/eslint";
import tseslint from "typescript-eslint";

export default [
  ropelint.configs.python,
  ropelint.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
];
