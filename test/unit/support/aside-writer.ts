import { writeFileAside } from '../../../build/files/aside.ts';

/** Writes a file over and over, each time whole and of one letter. Says its process id first. */
const [path = '', letter = 'a', times = '1'] = process.argv.slice(2);
console.log(process.pid);
for (let time = 0; time < Number(times); time++) await writeFileAside(path, letter.repeat(1 << 20), false);
