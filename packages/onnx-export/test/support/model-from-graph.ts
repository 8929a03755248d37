import { create } from '@bufbuild/protobuf';
import { bytesFromModel, type GraphBuilder, ModelProtoSchema } from '../../src/index.js';

/** An opset-19 model of one graph under construction. */
export async function modelFromGraph(graph: GraphBuilder): Promise<Uint8Array> {
  const opsetImport = [{ domain: '', version: 19n }];
  return bytesFromModel(create(ModelProtoSchema, { irVersion: 9n, opsetImport, graph: await graph.finish('test') }));
}
