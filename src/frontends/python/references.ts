import type { Expr, Program } from '../../ir/program.ts';
export function apiReference(program: Program, path: string, _text: string): Expr | null {
  void program;
  return { kind: 'attribute', object: { kind: 'name', name: 'torch', span: null }, name: path.slice(6), span: null };
}
