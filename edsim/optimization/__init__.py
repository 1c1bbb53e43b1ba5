"""From a prepared district to a proven plant: one Pyomo model per year, sized on typical days, proven on all hours.

============  ====================================================================================================
`district`    what is optimized: machines, demands and conditions of a prepared district; network and plant in turn
`model`       the Pyomo model of one year, solved in a live session and read out
`sizing`      typical days, sizes on them, proof on all hours; goals other than cost; cost by size
`whole`       whole units, least loads, starts and fixed investments
`growth`      milestone years in one program
============  ====================================================================================================

`system` is what goes in, `types` what comes out, `shortage` what is said where no plant serves the demand.
"""
