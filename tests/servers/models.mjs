// Validates objects from standard input, a JSON list, and prints a list of problems, one for each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const packages = {
  'v1': 'kubernetes-models/v1',
  'apps/v1': 'kubernetes-models/apps/v1',
  'batch/v1': 'kubernetes-models/batch/v1',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  'argoproj.io/v1alpha1': '@kubernetes-models/argo-cd/argoproj.io/v1alpha1',
  'source.toolkit.fluxcd.io/v1': '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1',
  'kustomize.toolkit.fluxcd.io/v1': '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1',
};

async function backstage(object) {
  const { DefaultNamespaceEntityPolicy, EntityPolicies, FieldFormatEntityPolicy, ...model } =
    require('@backstage/catalog-model');
  const policy = EntityPolicies.allOf([
    new DefaultNamespaceEntityPolicy(),
    new model.SchemaValidEntityPolicy(),
    new FieldFormatEntityPolicy(),
    new model.NoForeignRootFieldsEntityPolicy(),
  ]);
  const entity = await policy.enforce(object);
  const validator =
    object.kind === 'Group'
      ? model.groupEntityV1alpha1Validator
      : model.componentEntityV1alpha1Validator;
  if (!(await validator.check(entity))) throw new Error(`not a ${object.kind}`);
  return '';
}

async function problem(object) {
  try {
    if (object.apiVersion.startsWith('backstage.io/')) return await backstage(object);
    const name = packages[object.apiVersion];
    const Model = name && (await import(name))[object.kind];
    if (!Model) return `no model of ${object.apiVersion} ${object.kind}`;
    new Model(object).validate();
    return '';
  } catch (error) {
    return error.message;
  }
}

const objects = JSON.parse(readFileSync(0, 'utf8'));
const found = [];
for (const object of objects) found.push(await problem(object));
process.stdout.write(JSON.stringify(found));
