import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';

/** The repository's folder. */
export const root = join(import.meta.dirname, '..', '..');

/** An import of a source. */
export interface Import {
  readonly text: string;
  /** True where nothing is left of it at run time. `import { type A }` is none: it still loads the module. */
  readonly typeOnly: boolean;
}

/** Every import of a source: static, re-exporting, dynamic, `require`, `import x = require()` and `import('x').T`. */
export function importsOf(file: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    const text = node && ts.isStringLiteralLike(node) ? node.text : `computed: ${node?.getText() ?? ''}`;
    found.push({ text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument, true);
    } else if (ts.isCallExpression(node)) {
      const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      if (dynamic || node.expression.getText() === 'require') add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}

/** The file of the repository that a relative import means, or null. */
export function resolveImport(from: string, text: string): string | null {
  const path = posix.join(posix.dirname(from), text);
  for (const end of ['', '.ts', '.tsx', '.d.ts', '/index.ts', '/index.tsx']) {
    const full = join(root, `${path}${end}`);
    if (existsSync(full) && statSync(full).isFile()) return `${path}${end}`;
  }
  return null;
}

/** Sources below a folder of the repository, in order. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .sort();
}
