// From a node of the syntax tree to a type. What needs more than a line has a file of its own.
import { conditional } from './conditional.ts';
import { functionType } from './functions.ts';
import { indexed, keysOf } from './keys.ts';
import { mapped } from './mapped.ts';
import { membersOfSignatures } from './objects.ts';
import { importType, reference } from './references.ts';
import { templateType } from './templates.ts';
import { tupleType } from './tuples.ts';
import {
  ANY,
  BIGINT,
  BOOLEAN,
  lazy,
  literal,
  NEVER,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  SYMBOL,
  UNDEFINED,
  UNKNOWN,
} from './types.ts';
import { intersectionOf, unionOf } from './unions.ts';
import { queryType } from './values.ts';

import type { TSLiteral, TSType } from './ast.ts';
import type { Site } from './site.ts';
import type { Keyword, Type } from './types.ts';

const KEYWORDS: Readonly<Partial<Record<TSType['type'], Keyword>>> = {
  TSAnyKeyword: ANY,
  TSUnknownKeyword: UNKNOWN,
  TSNeverKeyword: NEVER,
  TSStringKeyword: STRING,
  TSNumberKeyword: NUMBER,
  TSBooleanKeyword: BOOLEAN,
  TSBigIntKeyword: BIGINT,
  TSNullKeyword: NULL,
  TSUndefinedKeyword: UNDEFINED,
  TSVoidKeyword: UNDEFINED,
  TSObjectKeyword: OBJECT,
  TSSymbolKeyword: SYMBOL,
};

/** The type of a node, read at a site. */
export function evaluate(node: TSType, site: Site): Type {
  const keyword = KEYWORDS[node.type];
  if (keyword !== undefined) return keyword;
  switch (node.type) {
    case 'TSParenthesizedType':
      return site.type(node.typeAnnotation);
    case 'TSLiteralType':
      return literalType(node.literal, site);
    case 'TSUnionType':
      return unionOf(node.types.map((one) => site.type(one)));
    case 'TSIntersectionType':
      return intersectionOf(
        node.types.map((one) => site.type(one)),
        site.at(node),
      );
    case 'TSArrayType':
      return { kind: 'array', element: lazy(() => site.type(node.elementType)) };
    case 'TSTupleType':
      return tupleType(node, site);
    case 'TSTypeLiteral':
      return { kind: 'object', members: lazy(() => membersOfSignatures(node.members, site)) };
    case 'TSTypeReference':
      return reference(node, site);
    case 'TSImportType':
      return importType(node, site);
    case 'TSTypeQuery':
      return queryType(node, site);
    case 'TSTypeOperator':
      if (node.operator === 'keyof') return keysOf(site.type(node.typeAnnotation), site.at(node));
      if (node.operator === 'readonly') return site.type(node.typeAnnotation);
      return SYMBOL;
    case 'TSIndexedAccessType':
      return indexed(site.type(node.objectType), site.type(node.indexType), site.at(node));
    case 'TSMappedType':
      return mapped(node, site);
    case 'TSConditionalType':
      return conditional(node, site);
    case 'TSTemplateLiteralType':
      return templateType(
        node.quasis.map(({ value }) => value.cooked ?? value.raw),
        node.types.map((one) => site.type(one)),
        site.at(node),
      );
    case 'TSInferType':
      return { kind: 'placeholder', name: node.typeParameter.name.name };
    case 'TSFunctionType':
      return functionType(node, site, 'a function');
    case 'TSConstructorType':
      return functionType(node, site, 'a constructor');
    case 'TSTypePredicate':
      return BOOLEAN;
    case 'TSThisType':
      return site.bindings.get('this')?.type ?? site.unsupported(node, '`this` is not known here');
    default:
      return site.unsupported(node, 'this syntax has no meaning in a type');
  }
}

function literalType(node: TSLiteral, site: Site): Type {
  if (node.type === 'TemplateLiteral')
    return literal(node.quasis.map(({ value }) => value.cooked ?? value.raw).join(''));
  if (node.type === 'UnaryExpression') {
    const { argument } = node;
    if (argument.type === 'Literal' && 'bigint' in argument) return literal(-BigInt(argument.bigint));
    if (argument.type === 'Literal' && typeof argument.value === 'number') return literal(-argument.value || 0);
    return site.unsupported(node, 'this is no literal');
  }
  if ('bigint' in node) return literal(BigInt(node.bigint));
  if ('regex' in node || node.value === null || typeof node.value === 'object') {
    return site.unsupported(node, 'this is no literal type');
  }
  return literal(node.value);
}
