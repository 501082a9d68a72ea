import { runClientCommand } from './process/client-command.js'

const { code, out, error } = await runClientCommand(process.argv.slice(2), process.env)
process.stdout.write(out)
process.stderr.write(error)
process.exitCode = code
