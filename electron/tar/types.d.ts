declare module 'unbzip2-stream' {
  /** A through stream that takes bzip2 and gives bytes. */
  export default function unbzip2(): NodeJS.ReadWriteStream;
}
