import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type * as KafkaJs from 'kafkajs';

type Codecs = Pick<typeof KafkaJs, 'CompressionCodecs' | 'CompressionTypes'>;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** kafkajs knows zstd by its number and leaves the codec to its user: Node has one. */
export const addZstd = ({ CompressionCodecs, CompressionTypes }: Codecs): void => {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { readonly buffer: Buffer }) => compress(encoder.buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
};
