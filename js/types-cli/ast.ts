// The syntax tree, as `oxc-parser` gives it. The only file that names that package, and only its types: the package is an
// optional peer, which `parser.ts` loads when a command needs it.
import type { ParseResult, Program } from 'oxc-parser';

export type {
  Class,
  Expression,
  ImportDeclaration,
  ParamPattern,
  Program,
  PropertyKey as Key,
  Statement,
  Directive,
  TSEnumDeclaration,
  TSInterfaceDeclaration,
  TSLiteral,
  TSMappedType,
  TSModuleDeclaration,
  TSGlobalDeclaration,
  TSSignature,
  TSTupleElement,
  TSTupleType,
  TSType,
  TSTypeAliasDeclaration,
  TSTypeName,
  TSTypeParameterDeclaration,
  TSTypeQuery,
  TSTypeReference,
  TSImportType,
  TSConditionalType,
  TSTypeParameterInstantiation,
  VariableDeclarator,
  Function as FunctionNode,
} from 'oxc-parser';

/** Where a node stands: UTF-16 offsets into the text of its file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A comment of a file, without its delimiters. */
export interface Comment extends Span {
  readonly type: 'Line' | 'Block';
  readonly value: string;
}

/** What parsing a text gives. */
export interface Parsed {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** What is malformed, with the offset of it. */
  readonly errors: readonly { readonly message: string; readonly offset: number }[];
}

/** Parses a text; the name tells the dialect. */
export type Parse = (name: string, text: string) => Parsed;

/** The function of `oxc-parser` that is used. */
export type ParseSync = (name: string, text: string, options: object) => ParseResult;
